#include <fmt/format.h>

#include <charconv>

#include "base/ascii.h"
#include "upstream/client.h"

namespace ccp::upstream {

namespace {

/// A base URL in pieces, as written.
struct Pieces {
  bool tls = true;
  std::string_view host;
  std::string_view port;
  bool has_port = false;
  bool brackets = false;
  std::string_view path;
};

auto refuse(std::string_view url, std::string_view reason) {
  return internal_error(fmt::format("the base URL '{}' {}", url, reason));
}

bool is_plain(char c) { return c > ' ' && c < 0x7f; }

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

/// Takes `http://` or `https://` off; nullopt when it is something else.
std::optional<bool> take_scheme(std::string_view& rest) {
  const std::size_t end = rest.find("://");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower(rest.substr(0, end));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  rest.remove_prefix(end + 3);
  return scheme == "https";
}

/// Splits `host[:port]` or `[ipv6][:port]`; false when what follows the host is not a port.
bool split_authority(std::string_view authority, Pieces& pieces) {
  std::size_t end = authority.find(':');
  pieces.brackets = authority.starts_with('[');
  if (pieces.brackets) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return false;
    pieces.host = authority.substr(1, close - 1);
    end = close + 1;
  } else {
    pieces.host = authority.substr(0, end);
  }
  if (end >= authority.size()) return true;
  if (authority[end] != ':') return false;
  pieces.port = authority.substr(end + 1);
  pieces.has_port = true;
  return true;
}

bool is_host(const Pieces& pieces) {
  if (pieces.brackets) {
    boost::system::error_code error;
    net::asio::ip::make_address_v6(std::string(pieces.host), error);
    return !error;
  }
  for (const char c : pieces.host) {
    if (!is_host_character(c)) return false;
  }
  return !pieces.host.empty() && pieces.host.size() <= 253;
}

std::optional<std::uint16_t> port_number(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::string Origin::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string result = ipv6 ? fmt::format("[{}]", host) : host;
  if (port != (tls ? 443 : 80)) result += fmt::format(":{}", port);
  return result;
}

Result<Origin> parse_origin(std::string_view url) {
  for (const char c : url) {
    if (!is_plain(c)) return refuse(url, "contains a space, a control character or one that is not ASCII");
  }
  std::string_view rest = url;
  const std::optional<bool> tls = take_scheme(rest);
  if (!tls) return refuse(url, "must start with http:// or https://");
  if (rest.find_first_of("?#") != std::string_view::npos)
    return refuse(url, "must not have a query (?) or fragment (#)");
  const std::string_view authority = rest.substr(0, rest.find('/'));
  // The URL is not repeated: what stands before the @ is a secret.
  if (authority.find('@') != std::string_view::npos)
    return internal_error(
        "the base URL must not contain a user name or password before an @: the key has a setting of its "
        "own");

  Pieces pieces{.tls = *tls};
  if (!split_authority(authority, pieces) || !is_host(pieces)) return refuse(url, "has no valid host name");
  Origin origin{.tls = *tls, .host = lower(pieces.host), .port = static_cast<std::uint16_t>(*tls ? 443 : 80)};
  if (pieces.has_port) {
    const std::optional<std::uint16_t> port = port_number(pieces.port);
    if (!port) return refuse(url, "has a port that is not a number from 1 to 65535");
    origin.port = *port;
  }
  std::string_view path = rest.substr(authority.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  origin.prefix = path;
  return origin;
}

}  // namespace ccp::upstream
