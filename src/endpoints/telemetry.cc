#include "endpoints/telemetry.h"

#include "proxy/delivery.h"

namespace ccp::endpoints {

using proxy::Record;
using proxy::Worker;

net::Task<void> metrics(Worker& worker, http::Exchange& exchange, Record& record) {
  auto& shared = worker.shared;
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.headers = {{"request-id", record.request_id}};
  response.body = shared.metrics.text(shared.requests_in_flight.load(), shared.open_connections->load());
  record.status = response.status;
  co_await exchange.respond(std::move(response));
}

net::Task<void> client_telemetry(Worker&, http::Exchange& exchange, Record& record) {
  const auto body = co_await exchange.read_body();
  if (!body) {
    co_await respond_error(exchange, body.error(), record);
    co_return;
  }
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  response.body = "{}";
  record.status = response.status;
  co_await exchange.respond(std::move(response));
}

}  // namespace ccp::endpoints
