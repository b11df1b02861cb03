#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"

namespace ccp {

/// Whether a host name is `localhost` or a name below it, in any case and with a closing dot or without:
/// always this machine, whatever DNS and /etc/hosts say (RFC 6761 section 6.3).
inline bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto name = lower(host);
  return name == "localhost" || name.ends_with(".localhost");
}

/// Whether a host name or address, without brackets and port, means this machine: localhost and names below
/// it, 127.0.0.0/8, ::1.
inline bool is_loopback(std::string_view host) {
  const auto name = lower(host);
  if (is_localhost(host) || name == "::1") return true;
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace ccp
