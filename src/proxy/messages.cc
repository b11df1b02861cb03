#include "proxy/forward.h"
#include "proxy/prepare.h"
#include "proxy/service.h"

namespace ccp::proxy {

Error overloaded(std::int64_t limit) {
  return Error{.kind = ErrorKind::overloaded,
               .source = ErrorSource::internal,
               .message = std::to_string(limit) + " requests are in flight already (MAX_REQUESTS)",
               .retry_after = std::chrono::seconds(1)};
}

net::Task<void> messages(Worker& worker, http::Exchange& exchange, Record& record) {
  const auto limit = worker.shared.config.max_requests;
  const Slot slot(worker.shared.requests_in_flight, static_cast<std::size_t>(limit));
  if (!slot) {
    co_await respond_error(exchange, overloaded(limit), record);
    co_return;
  }
  auto body = co_await exchange.read_body();
  if (!body) {
    co_await respond_error(exchange, body.error(), record);
    co_return;
  }
  worker.shared.log.body(record.request_id + " from the client", *body);
  auto prepared = prepare(worker.reader, *body, worker.shared);
  worker.reader.shrink();
  if (!prepared) {
    co_await respond_error(exchange, prepared.error(), record);
    co_return;
  }
  record.model = prepared->model.substr(0, 256);
  record.upstream_model = prepared->upstream_model.substr(0, 256);
  co_await forward(worker, exchange, *prepared, *body, record);
}

}  // namespace ccp::proxy
