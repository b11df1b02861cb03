#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"

namespace ccp {

/// Whether a host name or address, without brackets and port, means this machine: localhost and names below
/// it (RFC 6761 section 6.3), 127.0.0.0/8, ::1.
inline bool is_loopback(std::string_view host) {
  const auto name = lower(host);
  if (name == "localhost" || name.ends_with(".localhost") || name == "::1") return true;
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace ccp
