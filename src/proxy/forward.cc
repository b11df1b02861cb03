#include "proxy/forward.h"

#include <fmt/format.h>

#include <algorithm>

#include "proxy/ask.h"
#include "proxy/provider.h"
#include "proxy/pump.h"
#include "translate/overflow.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;

/// Bytes of the provider's request id that are kept.
constexpr std::size_t longest_id = 128;
constexpr milliseconds retry_base{500};
constexpr milliseconds retry_cap{8'000};
constexpr std::chrono::seconds retry_after_cap{30};

upstream::Request upstream_request(const Shared& shared, const Prepared& prepared) {
  auto request = chat_request(shared.config, shared.origin, prepared.upstream_model, prepared.stream);
  request.body = prepared.body;
  return request;
}

/// What a refusal tells about the provider is kept.
void learn(Worker& worker, const Prepared& prepared, const Refused& refused) {
  const auto limit = translate::overflow_limit(refused.body);
  if (refused.error.kind != ErrorKind::context_overflow || !limit) return;
  auto& shared = worker.shared;
  if (!shared.windows.learn(prepared.upstream_model, *limit, std::chrono::steady_clock::now())) return;
  shared.log.limited(
      LogLevel::info, "window " + prepared.upstream_model,
      fmt::format("{} takes {} tokens, says {}", prepared.upstream_model, *limit, shared.origin.host));
}

net::Task<Result<const net::ResponseHead*>> send(upstream::Call& call, Pump& pump) {
  auto sent = co_await call.send();
  if (!sent) co_return std::unexpected(std::move(sent.error()));
  co_return co_await pump.wait_for_head();
}

/// One request to the provider and, if it is accepted, its answer to the client. An error was not told to the
/// client yet.
net::Task<Result<void>> attempt(Worker& worker, Prepared& prepared, Delivery& delivery, ClientWatch& watch,
                                Record& record) {
  upstream::Call call(*worker.client, worker.shared.origin, upstream_request(worker.shared, prepared));
  const ClientWatch::Watched watched(watch, call);
  if (watch.gone()) co_return cancelled();
  worker.shared.log.body(record.request_id + " to the provider", prepared.body);
  Pump pump(worker, call, delivery);
  auto head = co_await send(call, pump);
  worker.shared.metrics.asked(head ? std::optional((*head)->status) : std::nullopt);
  if (!head) co_return std::unexpected(std::move(head.error()));
  record.upstream_request_id = (*head)->fields.find("x-request-id").value_or("").substr(0, longest_id);
  if ((*head)->status / 100 != 2) {
    auto refused = co_await refusal(worker, call, **head);
    learn(worker, prepared, refused);
    co_return std::unexpected(std::move(refused.error));
  }
  co_return co_await pump.deliver(**head);
}

milliseconds backoff(const Error& error, int retries, double jitter) {
  if (error.retry_after) return *error.retry_after;
  const auto doubled = retry_base * (1 << std::min(retries, 6));
  return std::chrono::duration_cast<milliseconds>(std::min<milliseconds>(doubled, retry_cap) * jitter);
}

/// Waits, and keeps a client that has waited long awake. A client that goes away ends the wait; the next
/// attempt notices.
net::Task<void> wait_to_retry(ClientWatch& watch, Delivery& delivery, milliseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || watch.gone()) co_return;
    co_await watch.pause(std::min(left, delivery.until_ping()));
    const auto kept = co_await delivery.keep_alive();
    if (!kept) co_return;
  }
}

bool may_retry(const Error& error, const Delivery& delivery, int retries, std::int64_t limit) {
  if (error.retry == Retry::no || delivery.bound() || retries >= limit) return false;
  return !error.retry_after || *error.retry_after <= retry_after_cap;
}

/// An answer that our own clamp cut short: the client repeats it in vain, so the operator must know.
void warn_of_cut(Worker& worker, const Prepared& prepared, const Delivery& delivery, const Record& record) {
  if (delivery.stop_reason() != anthropic::StopReason::max_tokens || prepared.clamp == Clamp::none) return;
  const auto cure = prepared.clamp == Clamp::limit
                        ? "raise MAX_TOKENS_LIMIT as far as the model allows"
                        : "the prompt leaves no more of the context window; CONTEXT_WINDOW sets its size";
  worker.shared.log.limited(
      LogLevel::warning, "cut by our limit",
      fmt::format("{} the answer of {} was cut at max_tokens={}, where the client asked for {}: {}",
                  record.request_id, prepared.upstream_model, prepared.max_tokens, prepared.asked_tokens,
                  cure));
}

}  // namespace

net::Task<void> forward(Worker& worker, http::Exchange& exchange, Prepared& prepared, Record& record) {
  Delivery delivery(exchange, prepared, worker.shared.origin.host, worker.ids.next("msg_"), record);
  ClientWatch watch(exchange, worker.io);
  for (;;) {
    auto outcome = co_await attempt(worker, prepared, delivery, watch, record);
    if (outcome) break;
    if (watch.gone()) outcome = cancelled();
    if (!may_retry(outcome.error(), delivery, record.retries, worker.shared.config.max_retries)) {
      co_await delivery.fail(outcome.error());
      break;
    }
    worker.shared.log.limited(LogLevel::info, "retry",
                              record.request_id + " retries after: " + outcome.error().message);
    delivery.start_over();
    co_await wait_to_retry(watch, delivery, backoff(outcome.error(), record.retries, worker.ids.jitter()));
    ++record.retries;
  }
  warn_of_cut(worker, prepared, delivery, record);
}

}  // namespace ccp::proxy
