#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "net/asio.h"

namespace ccp::upstream {

struct Origin;

/// An HTTP proxy between us and the provider.
struct Proxy {
  std::string host;  ///< without brackets
  std::uint16_t port = 80;
  Secret authorization;  ///< value for Proxy-Authorization (RFC 7617), empty without credentials

  /// `host:port`, for messages and the Host field.
  [[nodiscard]] std::string authority() const;
};

/// Understands `[http://][user:password@]host[:port]`, user and password percent-encoded, as other programs
/// take it from HTTPS_PROXY. The error never repeats the URL, which may hold a password.
Result<Proxy> parse_proxy(std::string_view url);

/// The hosts that are reached without a proxy, as NO_PROXY lists them, comma separated: `*`; names, which
/// stand for their subdomains too, with or without a dot in front; addresses; networks (`10.0.0.0/8`); each
/// with an optional port.
class NoProxy {
 public:
  NoProxy() = default;
  explicit NoProxy(std::string_view list);
  [[nodiscard]] bool covers(std::string_view host, std::uint16_t port) const;

 private:
  std::vector<std::string> entries_;
};

/// Which proxy leads to which origin. Origins on this machine are never proxied.
struct Proxies {
  std::optional<Proxy> https, http;
  NoProxy direct;

  /// Null: directly. Lives as long as this.
  [[nodiscard]] const Proxy* towards(const Origin& origin) const;
};

}  // namespace ccp::upstream
