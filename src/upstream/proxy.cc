#include "upstream/proxy.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/loopback.h"
#include "base/percent.h"
#include "upstream/client.h"

namespace ccp::upstream {

namespace {

namespace ip = net::asio::ip;

std::string base64(std::string_view bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

/// Takes `user[:password]@` off.
Secret take_credentials(std::string_view& url) {
  const auto at = url.substr(0, url.find('/')).rfind('@');
  if (at == std::string_view::npos) return {};
  const auto credentials = url.substr(0, at);
  url.remove_prefix(at + 1);
  const auto colon = credentials.find(':');
  const auto password = colon == std::string_view::npos ? std::string_view() : credentials.substr(colon + 1);
  const auto pair = percent_decoded(credentials.substr(0, colon)) + ":" + percent_decoded(password);
  return Secret("Basic " + base64(pair));
}

/// `10.0.0.0/8` and its like; false for what is no network.
bool in_network(std::string_view host, const std::string& network) {
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(host), error);
  if (error) return false;
  if (address.is_v4()) {
    const auto v4 = ip::make_network_v4(network, error);
    return !error && v4.canonical() == ip::network_v4(address.to_v4(), v4.prefix_length()).canonical();
  }
  const auto v6 = ip::make_network_v6(network, error);
  return !error && v6.canonical() == ip::network_v6(address.to_v6(), v6.prefix_length()).canonical();
}

bool same_address(std::string_view host, std::string_view entry) {
  boost::system::error_code error;
  const auto left = ip::make_address(std::string(host), error);
  if (error) return false;
  const auto right = ip::make_address(std::string(entry), error);
  return !error && left == right;
}

bool matches(std::string_view host, std::string_view entry) {
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  if (host == entry || same_address(host, entry) || in_network(host, std::string(entry))) return true;
  return host.size() > entry.size() && host.ends_with(entry) && host[host.size() - entry.size() - 1] == '.';
}

/// Takes `:port` off an entry that is no bare IPv6 address; 0: every port.
std::uint16_t take_port(std::string_view& entry) {
  const auto colon = entry.rfind(':');
  const bool brackets = entry.starts_with('[');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos && (brackets || entry.find(':') == colon)) {
    const auto digits = entry.substr(colon + 1);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (code == std::errc() && end == digits.data() + digits.size()) entry = entry.substr(0, colon);
  }
  if (brackets && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  return port;
}

}  // namespace

std::string Proxy::authority() const {
  return fmt::format(fmt::runtime(host.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}"), host, port);
}

Result<Proxy> parse_proxy(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto scheme = scheme_end == std::string_view::npos ? "http" : lower(url.substr(0, scheme_end));
  if (scheme != "http") {
    return internal_error("a proxy at " + scheme.substr(0, 16) +
                          ":// is not supported; expected http://[user:password@]host:port");
  }
  if (scheme_end != std::string_view::npos) url.remove_prefix(scheme_end + 3);
  Proxy proxy;
  proxy.authorization = take_credentials(url);
  const auto place = parse_origin("http://" + std::string(url));
  if (!place || !place->prefix.empty())
    return internal_error("it is no proxy; expected http://[user:password@]host:port");
  proxy.host = place->host;
  proxy.port = place->port;
  return proxy;
}

NoProxy::NoProxy(std::string_view list) {
  while (!list.empty()) {
    const auto entry = list.substr(0, list.find_first_of(",; "));
    list.remove_prefix(std::min(list.size(), entry.size() + 1));
    if (const auto name = trimmed(entry, " \t"); !name.empty()) entries_.push_back(lower(name));
  }
}

bool NoProxy::covers(std::string_view host, std::uint16_t port) const {
  const auto name = lower(host);
  return std::ranges::any_of(entries_, [&](std::string_view entry) {
    if (entry == "*") return true;
    const auto only = take_port(entry);
    return (only == 0 || only == port) && matches(name, entry);
  });
}

const Proxy* Proxies::towards(const Origin& origin) const {
  const auto& proxy = origin.tls ? https : http;
  if (!proxy || is_loopback(origin.host) || direct.covers(origin.host, origin.port)) return nullptr;
  return &*proxy;
}

}  // namespace ccp::upstream
