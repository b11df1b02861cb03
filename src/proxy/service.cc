#include "proxy/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include "anthropic/error.h"
#include "proxy/delivery.h"

namespace ccp::proxy {

namespace {

enum class Access : std::uint8_t { open, client_key };

struct Route {
  std::string_view method;  ///< GET serves HEAD too
  std::string_view path;
  Access access;
  net::Task<void> (*serve)(Worker&, http::Exchange&, Record&);
};

constexpr std::array routes = {
    Route{"POST", "/v1/messages", Access::client_key, messages},
    Route{"POST", "/v1/messages/count_tokens", Access::client_key, count_tokens},
    Route{"GET", "/", Access::open, root},
    Route{"GET", "/health", Access::open, health},
};

/// The key a client presents: `x-api-key`, or else the bearer token (RFC 6750 section 2.1).
std::string_view presented_key(const net::RequestHead& head) {
  if (const auto key = head.fields.find("x-api-key")) return *key;
  auto authorization = head.fields.find("authorization").value_or("");
  constexpr std::string_view scheme = "bearer ";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (authorization.size() < scheme.size() ||
      !std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                  [&](char lower, char given) { return same(given, lower); })) {
    return {};
  }
  authorization.remove_prefix(scheme.size());
  return authorization.substr(std::min(authorization.find_first_not_of(' '), authorization.size()));
}

Error wrong_key(std::string_view presented) {
  return Error{
      .kind = ErrorKind::authentication,
      .source = ErrorSource::client,
      .message = presented.empty()
                     ? "no API key: send the proxy's ANTHROPIC_API_KEY as x-api-key or as a bearer token"
                     : "invalid API key: it is not the proxy's ANTHROPIC_API_KEY"};
}

bool method_matches(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

/// The route of a request, or the error that says why there is none.
std::expected<const Route*, Error> find_route(const net::RequestHead& head) {
  const auto same_path = [&](const Route& route) { return route.path == head.path; };
  const auto* route = std::ranges::find_if(routes, same_path);
  if (route == routes.end()) {
    return client_error(ErrorKind::not_found,
                        fmt::format("there is nothing at {}", one_line(head.path.substr(0, 256))));
  }
  if (!method_matches(*route, head.method)) {
    auto error = client_error(ErrorKind::method_not_allowed,
                              fmt::format("{} takes {} only", route->path, route->method))
                     .error();
    error.cause = route->method == "GET" ? "GET, HEAD" : route->method;
    return std::unexpected(std::move(error));
  }
  return route;
}

/// Why a request may not use a route, if so. Without a client key a web page could spend the user's credit: a
/// browser says where a request comes from in Origin, and no other client sends that.
std::optional<Error> access_error(const Worker& worker, const Route& route, const net::RequestHead& head) {
  if (route.access == Access::open) return std::nullopt;
  const auto& key = worker.shared.config.anthropic_api_key;
  if (key.empty() && head.fields.find("origin")) {
    return Error{
        .kind = ErrorKind::permission,
        .source = ErrorSource::client,
        .message = "requests from web pages are refused while no ANTHROPIC_API_KEY is set for the proxy"};
  }
  const auto presented = presented_key(head);
  if (key.empty() || key.matches(presented)) return std::nullopt;
  return wrong_key(presented);
}

/// Bytes of a client's words in one field of the log.
constexpr std::size_t longest_logged = 256;

Record new_record(Worker& worker, const http::Exchange& exchange) {
  Record record;
  record.request_id = worker.ids.next("req_");
  record.client = exchange.peer();
  record.method = exchange.head().method.substr(0, longest_logged);
  record.path = exchange.head().path.substr(0, longest_logged);
  record.session = exchange.head().fields.find("x-claude-code-session-id").value_or("").substr(0, 8);
  return record;
}

}  // namespace

net::Task<void> serve(Worker& worker, http::Exchange& exchange) {
  Record record = new_record(worker, exchange);
  const auto route = find_route(exchange.head());
  const auto refused =
      route ? access_error(worker, **route, exchange.head()) : std::optional<Error>(route.error());
  try {
    if (refused) {
      co_await respond_error(exchange, *refused, record);
    } else {
      co_await (*route)->serve(worker, exchange, record);
    }
  } catch (const std::exception&
               failure) {  // the server answers with 500 or cuts the stream; here it is only told
    record.error = internal_error("internal error", failure.what()).error();
    write(worker.shared.log, record);
    throw;
  }
  write(worker.shared.log, record);
}

http::Response refuse(Worker& worker, int status, std::string_view reason) {
  Error error;
  error.kind = anthropic::kind_of(status);
  error.message = reason;
  http::Response response;
  const auto id = worker.ids.next("req_");
  response.status = status;
  response.headers = {{"request-id", id}};
  response.body = anthropic::error_json(error, id);
  worker.shared.log.limited(LogLevel::info, "refused", fmt::format("{} {} {}", id, status, error.message));
  return response;
}

}  // namespace ccp::proxy
