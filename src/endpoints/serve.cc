#include "endpoints/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include "anthropic/error.h"
#include "endpoints/access.h"
#include "endpoints/count_tokens.h"
#include "endpoints/messages.h"
#include "endpoints/models.h"
#include "endpoints/status.h"
#include "endpoints/telemetry.h"
#include "endpoints/test_connection.h"
#include "endpoints/unserved.h"
#include "proxy/delivery.h"

namespace ccp::endpoints {

using proxy::Record;
using proxy::Worker;

namespace {

struct Route {
  std::string_view method;  ///< GET serves HEAD too
  std::string_view path;
  Access access;
  net::Task<void> (*serve)(Worker&, http::Exchange&, Record&);
};

constexpr std::array routes = {
    Route{"POST", "/v1/messages", Access::client_key, messages},
    Route{"POST", "/v1/messages/count_tokens", Access::client_key, count_tokens},
    Route{"GET", "/v1/models", Access::client_key, list_models},
    Route{"GET", "/v1/models/{id}", Access::client_key, one_model},
    Route{"GET", "/metrics", Access::client_key, metrics},
    Route{"POST", "/v1/metrics", Access::client_key, client_telemetry},
    Route{"POST", "/v1/logs", Access::client_key, client_telemetry},
    Route{"POST", "/v1/traces", Access::client_key, client_telemetry},
    Route{"GET", "/test-connection", Access::client_key, test_connection},
    Route{"GET", "/", Access::open, root},
    Route{"GET", "/health", Access::open, health},
    Route{"GET", "/api/hello", Access::open, hello},
};

bool method_matches(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

/// A route's `{id}` stands for anything but nothing.
bool path_matches(const Route& route, std::string_view path) {
  const auto brace = route.path.find('{');
  if (brace == std::string_view::npos) return route.path == path;
  return path.size() > brace && path.starts_with(route.path.substr(0, brace));
}

const Route* route_of(std::string_view path) {
  const auto* route =
      std::ranges::find_if(routes, [&](const Route& each) { return path_matches(each, path); });
  return route == routes.end() ? nullptr : route;
}

/// The route of a path. A base URL that ends in `/v1`, or in anything else, stands in front of the endpoint's
/// own path (`/v1/v1/messages`, `/v1/api/hello`): the longest end of the path that is an endpoint counts.
const Route* find_path(std::string_view path) {
  const auto* route = route_of(path);
  while (route == nullptr && path.size() > 1) {
    path.remove_prefix(std::min(path.find('/', 1), path.size()));
    if (path.starts_with("/v1/") || path == "/api/hello") route = route_of(path);
  }
  return route;
}

/// The route of a request, or the error that says why there is none.
std::expected<const Route*, Error> find_route(const net::RequestHead& head) {
  const auto* route = find_path(head.path);
  if (route == nullptr) {
    return client_error(ErrorKind::not_found, unserved(head.method, head.path));
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

void finish(Worker& worker, const Record& record) {
  write(worker.shared.log, record);
  worker.shared.metrics.finished(record);
}

}  // namespace

net::Task<void> serve(Worker& worker, http::Exchange& exchange) {
  Record record = new_record(worker, exchange);
  const auto route = find_route(exchange.head());
  if (route) record.endpoint = (*route)->path;
  const auto refused = route ? access_error(worker.shared.config, (*route)->access, exchange.head())
                             : std::optional<Error>(route.error());
  std::exception_ptr failed;
  try {
    if (refused) {
      co_await respond_error(exchange, *refused, record);
    } else {
      co_await (*route)->serve(worker, exchange, record);
    }
  } catch (const std::exception& failure) {
    record.error = internal_error("internal error", failure.what()).error();
    failed = std::current_exception();
  }
  if (failed && !exchange.answered()) {
    co_await respond_error(exchange, Error(*record.error), record);
    failed = nullptr;
  }
  finish(worker, record);
  if (failed) std::rethrow_exception(failed);  // the server cuts the stream
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
  Record record;
  record.status = status;
  worker.shared.metrics.finished(record);
  worker.shared.log.limited(LogLevel::info, "refused", fmt::format("{} {} {}", id, status, error.message));
  return response;
}

}  // namespace ccp::endpoints
