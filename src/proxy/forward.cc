#include "proxy/forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>

#include "provider/requests.h"
#include "proxy/ask.h"
#include "proxy/client_watch.h"
#include "proxy/documents.h"
#include "proxy/keep_awake.h"
#include "proxy/learn.h"
#include "proxy/provider_headers.h"
#include "proxy/pump.h"
#include "proxy/running_window.h"
#include "proxy/web_search.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;

/// Bytes of the provider's request id that are kept.
constexpr std::size_t longest_id = 128;
constexpr milliseconds retry_base{500};
constexpr milliseconds retry_cap{8'000};
constexpr std::chrono::seconds retry_after_cap{30};

upstream::Request upstream_request(const Shared& shared, const Prepared& prepared) {
  auto request =
      provider::chat_request(shared.config, shared.origin, prepared.upstream_model, prepared.asks_stream);
  request.body = prepared.body;
  return request;
}

/// How often one request may be changed for a provider that refuses one parameter after the other.
constexpr int most_changes = 8;
/// Of our own retries in a check of auto mode: the client asks up to ten times itself where one fails.
constexpr std::int64_t most_in_check = 1;

/// Why an attempt failed, and the change after which the provider may take the request.
struct Failure {
  Error error;
  std::optional<translate::ProfileSetting> cure = std::nullopt;
};
using Attempt = std::expected<void, Failure>;

Attempt failed(Error error) { return std::unexpected(Failure{std::move(error)}); }

/// Connects and sends; then counts what was not counted yet, while the provider works.
net::Task<Result<void>> send_and_count(Worker& worker, upstream::Call& call, Prepared& prepared) {
  auto sent = co_await call.send();
  if (sent) co_await complete(worker, prepared.count);
  co_return sent;
}

net::Task<Result<void>> send(Worker& worker, upstream::Call& call, Prepared& prepared, Delivery& delivery) {
  auto sent = co_await keep_awake(worker.io, delivery, send_and_count(worker, call, prepared));
  delivery.counted();
  co_return sent;
}

net::Task<Result<const net::ResponseHead*>> exchange_heads(Worker& worker, upstream::Call& call,
                                                           Prepared& prepared, Delivery& delivery,
                                                           Pump& pump) {
  auto sent = co_await send(worker, call, prepared, delivery);
  if (!sent) co_return std::unexpected(std::move(sent.error()));
  co_return co_await pump.wait_for_head();
}

/// One request to the provider and, if it is accepted, its answer to the client. An error was not told to the
/// client yet.
net::Task<Attempt> attempt(Worker& worker, Prepared& prepared, Delivery& delivery, ClientWatch& watch,
                           std::string& client_body, Record& record) {
  upstream::Call call(*worker.client, worker.shared.origin, upstream_request(worker.shared, prepared));
  const ClientWatch::Scope scope(watch, [&call] { call.cancel(); });
  if (watch.gone()) co_return failed(cancelled().error());
  worker.shared.log.body(record.request_id + " to the provider", prepared.body);
  Pump pump(worker, call, delivery);
  auto head = co_await exchange_heads(worker, call, prepared, delivery, pump);
  worker.shared.metrics.asked(head ? std::optional((*head)->status) : std::nullopt);
  if (!head) co_return failed(std::move(head.error()));
  record.upstream_request_id = (*head)->fields.find("x-request-id").value_or("").substr(0, longest_id);
  record.rate_limits = rate_limit_headers((*head)->fields);
  if ((*head)->status / 100 != 2) {
    auto refused =
        co_await keep_awake(worker.io, delivery, refusal(worker, call, **head, prepared.input_tokens()));
    auto cure = learn_refusal(worker.shared, prepared, refused);
    co_return std::unexpected(Failure{std::move(refused.error), std::move(cure)});
  }
  if (prepared.stream) std::string().swap(client_body);
  auto delivered = co_await pump.deliver(**head);
  if (delivered) co_return Attempt();
  delivery.note_broken(delivered.error());
  co_return failed(std::move(delivered.error()));
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
  const bool in_vain = error.retry == Retry::no || error.retry == Retry::never;
  if (in_vain || delivery.bound() || retries >= limit) return false;
  return !error.retry_after || *error.retry_after <= retry_after_cap;
}

/// A model that is being loaded is waited for as long as a silent provider.
bool may_wait(const Error& error, const Delivery& delivery, std::chrono::steady_clock::time_point since,
              std::chrono::seconds limit) {
  return error.kind == ErrorKind::loading && !delivery.bound() &&
         std::chrono::steady_clock::now() - since < limit;
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

void log_warnings(Worker& worker, const Prepared& prepared, const Record& record) {
  if (prepared.clamp != Clamp::none) {
    worker.shared.log.limited(LogLevel::debug, "clamped",
                              fmt::format("{} max_tokens was lowered from {} to {}", record.request_id,
                                          prepared.asked_tokens, prepared.max_tokens));
  }
  for (const auto& warning : prepared.warnings) {
    worker.shared.log.limited(LogLevel::warning, warning, record.request_id + " " + warning);
  }
}

/// Translates the client's request anew with the change that a refusal suggests. False when there is none, or
/// it makes no difference; when that fails, `failure` says why.
bool change(Worker& worker, Prepared& prepared, std::string& client_body, Failure& failure) {
  if (!failure.cure) return false;
  auto changed = prepare_changed(worker.reader, client_body, worker.shared, prepared,
                                 {.change = &*failure.cure, .findings = prepared.findings}, failure.error);
  if (!changed) return false;
  if (*changed) {
    prepared = std::move(**changed);
  } else {
    failure = {std::move(changed->error())};
  }
  return changed->has_value();
}

/// A stream that broke while it was collected is not asked for again, but the answer as a whole.
void ask_whole(Worker& worker, Prepared& prepared, std::string& client_body) {
  if (prepared.stream || !prepared.asks_stream) return;
  auto whole = prepare(worker.reader, client_body, worker.shared, {.findings = prepared.findings});
  if (whole) prepared = std::move(*whole);
}

Result<Prepared> with_findings(Worker& worker, std::string& client_body, translate::SearchFindings findings) {
  return prepare(worker.reader, client_body, worker.shared,
                 {.findings = std::make_shared<const translate::SearchFindings>(std::move(findings))});
}

/// Searches for what the request asks and the provider cannot find, and translates the request anew with the
/// findings. A client that waits long is kept awake.
net::Task<Result<void>> look_up(Worker& worker, Prepared& prepared, std::string& client_body,
                                ClientWatch& watch, Delivery& delivery) {
  auto findings = co_await keep_awake(worker.io, delivery, web_search(worker, watch, *prepared.question));
  auto found = with_findings(worker, client_body, std::move(findings));
  if (found) {
    prepared = std::move(*found);
    delivery.start_over();
    co_return Result<void>();
  }
  co_return std::unexpected(std::move(found.error()));
}

/// Extracts the texts of PDFs that nobody has read yet, and translates the request anew with them. A client
/// that waits long is kept awake.
net::Task<Result<void>> read_up(Worker& worker, Prepared& prepared, std::string& client_body,
                                Delivery& delivery) {
  if (prepared.unread.empty()) co_return Result<void>();
  co_await keep_awake(worker.io, delivery, read_documents(worker, prepared.unread));
  auto read = prepare(worker.reader, client_body, worker.shared, {.findings = prepared.findings});
  if (!read) co_return std::unexpected(std::move(read.error()));
  prepared = std::move(*read);
  delivery.start_over();
  co_return Result<void>();
}

/// One attempt after the other, until the client has its answer or an error that no other can mend.
net::Task<void> attempts(Worker& worker, Prepared& prepared, std::string& client_body, ClientWatch& watch,
                         Delivery& delivery, Record& record) {
  const auto begun = std::chrono::steady_clock::now();
  const auto& config = worker.shared.config;
  for (int changes = 0, waits = 0;;) {
    auto outcome = co_await attempt(worker, prepared, delivery, watch, client_body, record);
    if (outcome) break;
    Failure failure = std::move(outcome.error());
    if (watch.gone()) failure = {cancelled().error()};
    if (changes < most_changes && change(worker, prepared, client_body, failure)) {
      delivery.start_over();
      ++changes;
      const auto read = co_await read_up(worker, prepared, client_body, delivery);
      if (read) continue;
      failure = {read.error()};
    }
    Error& error = failure.error;
    const bool waits_for_model =
        config.max_retries > 0 &&
        may_wait(error, delivery, begun, std::chrono::seconds(config.request_timeout));
    const auto retries = prepared.verdict ? std::min(config.max_retries, most_in_check) : config.max_retries;
    if (!waits_for_model && !may_retry(error, delivery, record.retries, retries)) {
      if (prepared.verdict) error.retry = Retry::never;
      co_await delivery.fail(error);
      break;
    }
    worker.shared.log.limited(LogLevel::info, "retry",
                              record.request_id + " retries after: " + error.message);
    ask_whole(worker, prepared, client_body);
    delivery.start_over();
    auto& count = waits_for_model ? waits : record.retries;
    co_await wait_to_retry(watch, delivery, backoff(error, count, worker.ids.jitter()));
    ++count;
  }
}

}  // namespace

net::Task<void> forward(Worker& worker, http::Exchange& exchange, Prepared& prepared,
                        std::string& client_body, Record& record) {
  ClientWatch watch(exchange, worker.io);
  Judge judge(worker, watch, prepared.safety, record.request_id);
  Delivery delivery(exchange, prepared, worker.shared, worker.ids.next("msg_"), record, judge);
  const bool asked = prepared.question.has_value();
  auto ready = co_await read_up(worker, prepared, client_body, delivery);
  if (ready && asked) ready = co_await look_up(worker, prepared, client_body, watch, delivery);
  if (ready) {
    if (!asked) log_warnings(worker, prepared, record);
    co_await attempts(worker, prepared, client_body, watch, delivery, record);
  } else {
    co_await delivery.fail(ready.error());
  }
  judge.end();
  warn_of_cut(worker, prepared, delivery, record);
  if (delivery.cut_to()) co_await note_cut_prompt(worker, exchange, prepared, *delivery.cut_to(), record);
}

}  // namespace ccp::proxy
