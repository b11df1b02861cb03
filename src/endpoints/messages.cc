#include "endpoints/messages.h"

#include "base/utf8.h"
#include "proxy/forward.h"
#include "proxy/prepare.h"
#include "proxy/slot.h"

namespace ccp::endpoints {

using proxy::Prepared;
using proxy::Record;
using proxy::Slot;
using proxy::Worker;

namespace {

constexpr std::size_t longest_name = 64;  ///< of a field, in the log

/// A newer client's fields must not break anything; the operator can see that there are some.
void note_unknown_fields(Worker& worker, const Prepared& prepared, const Record& record) {
  if (prepared.unknown_fields.empty()) return;
  worker.shared.metrics.ignored(prepared.unknown_fields.size());
  std::string names;
  for (const auto& name : prepared.unknown_fields) {
    names.append(names.empty() ? "" : ", ").append(beginning(name, longest_name));
  }
  worker.shared.log.limited(LogLevel::debug, "unknown fields",
                            record.request_id + " fields that are not known here were ignored: " + names);
}

/// A prompt near the end of the context window is counted to its end before anything is decided by its
/// length.
net::Task<Result<Prepared>> prepare_counted(Worker& worker, std::string& body) {
  auto prepared = prepare(worker.reader, body, worker.shared);
  if (prepared && prepared->count_first) {
    co_await complete(worker, prepared->count);
    prepared = prepare(worker.reader, body, worker.shared);
  }
  worker.reader.shrink();
  co_return prepared;
}

}  // namespace

net::Task<void> messages(Worker& worker, http::Exchange& exchange, Record& record) {
  const auto limit = worker.shared.config.max_requests;
  const Slot slot(worker.shared.requests_in_flight, static_cast<std::size_t>(limit));
  if (!slot) {
    co_await respond_error(exchange, proxy::overloaded(limit), record);
    co_return;
  }
  auto body = co_await exchange.read_body();
  if (!body) {
    co_await respond_error(exchange, body.error(), record);
    co_return;
  }
  worker.shared.log.body(record.request_id + " from the client", *body);
  auto prepared = co_await prepare_counted(worker, *body);
  if (!prepared) {
    co_await respond_error(exchange, prepared.error(), record);
    co_return;
  }
  record.model = prepared->model.substr(0, 256);
  record.upstream_model = prepared->upstream_model.substr(0, 256);
  note_unknown_fields(worker, *prepared, record);
  co_await forward(worker, exchange, *prepared, *body, record);
}

}  // namespace ccp::endpoints
