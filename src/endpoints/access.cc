#include "endpoints/access.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/loopback.h"

namespace ccp::endpoints {

namespace {

/// The bearer token of a request (RFC 6750 section 2.1); empty when there is none.
std::string_view bearer_token(const net::RequestHead& head) {
  auto authorization = head.fields.find("authorization").value_or("");
  constexpr std::string_view scheme = "bearer ";
  if (lower(authorization.substr(0, scheme.size())) != scheme) return {};
  authorization.remove_prefix(scheme.size());
  return authorization.substr(std::min(authorization.find_first_not_of(' '), authorization.size()));
}

Error wrong_key(bool presented) {
  return Error{
      .kind = ErrorKind::authentication,
      .source = ErrorSource::client,
      .message = presented
                     ? "invalid API key: it is not the proxy's ANTHROPIC_API_KEY"
                     : "no API key: send the proxy's ANTHROPIC_API_KEY as x-api-key or as a bearer token"};
}

Error refused(std::string message) {
  return Error{.kind = ErrorKind::permission, .source = ErrorSource::client, .message = std::move(message)};
}

bool comes_from_another_site(const net::RequestHead& head) {
  if (head.fields.find("origin")) return true;
  const auto site = lower(head.fields.find("sec-fetch-site").value_or("none"));
  return site != "none" && site != "same-origin";
}

/// The host without its port and brackets.
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  const auto colon = host.find(':');
  return host.find(':', colon + 1) == std::string_view::npos ? host.substr(0, colon) : host;
}

}  // namespace

std::optional<Error> access_error(const config::Config& config, Access access, const net::RequestHead& head) {
  if (access == Access::open) return std::nullopt;
  const auto& key = config.anthropic_api_key;
  if (!key.empty()) {
    // An old ANTHROPIC_API_KEY in the user's shell goes beside the right ANTHROPIC_AUTH_TOKEN, or the
    // reverse.
    const auto api_key = head.fields.find("x-api-key").value_or("");
    const auto token = bearer_token(head);
    const bool right = key.matches(api_key) || key.matches(token);
    if (right) return std::nullopt;
    return wrong_key(!api_key.empty() || !token.empty());
  }
  if (comes_from_another_site(head)) {
    return refused("requests from web pages are refused while no ANTHROPIC_API_KEY is set for the proxy");
  }
  const auto host = head.fields.find("host").value_or("");
  if (is_loopback(config.host) && !host.empty() && !is_loopback(name_of(host))) {
    return refused(
        fmt::format("this proxy listens on {} only, and the request is for the host {}; use {}, or set "
                    "ANTHROPIC_API_KEY for the proxy",
                    config.host, one_line(host.substr(0, 256)), config.host));
  }
  return std::nullopt;
}

}  // namespace ccp::endpoints
