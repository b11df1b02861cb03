#include "proxy/forward.h"

#include <algorithm>
#include <charconv>

#include "openai/chunk.h"
#include "proxy/provider.h"
#include "proxy/pump.h"
#include "translate/errors.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t error_body_limit = std::size_t{1} << 20;
constexpr milliseconds retry_base{500};
constexpr milliseconds retry_cap{8'000};
constexpr std::chrono::seconds retry_after_cap{30};
/// How long the words of a refusal are waited for, without a byte.
constexpr milliseconds refusal_silence{5'000};

/// Ends the call under way, and a pause between two, when the client goes away.
class ClientWatch {
 public:
  ClientWatch(http::Exchange& exchange, net::asio::io_context& io) : exchange_(exchange), pause_(io) {
    exchange_.watch_client([this] { on_gone(); });
  }
  ~ClientWatch() { exchange_.unwatch_client(); }
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  [[nodiscard]] bool gone() const { return gone_; }
  void call(upstream::Call* call) { call_ = call; }

  /// Waits, less when the client goes away.
  net::Task<void> pause(milliseconds duration) {
    if (gone_) co_return;
    pause_.expires_after(duration);
    boost::system::error_code ignored;
    co_await pause_.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }

 private:
  void on_gone() {
    gone_ = true;
    if (call_ != nullptr) call_->cancel();
    pause_.cancel();
  }

  http::Exchange& exchange_;
  net::Timer pause_;
  upstream::Call* call_ = nullptr;
  bool gone_ = false;
};

/// Lets the watch know a call for as long as it lives.
class Watched {
 public:
  Watched(ClientWatch& watch, upstream::Call& call) : watch_(watch) { watch_.call(&call); }
  ~Watched() { watch_.call(nullptr); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 private:
  ClientWatch& watch_;
};

upstream::Request upstream_request(const Shared& shared, const Prepared& prepared) {
  auto request = chat_request(shared.config, shared.origin, prepared.upstream_model, prepared.stream);
  request.body = prepared.body;
  return request;
}

std::unexpected<Error> cancelled() {
  return std::unexpected(
      Error{.kind = ErrorKind::cancelled, .source = ErrorSource::client, .message = "the client went away"});
}

std::optional<std::chrono::seconds> retry_after(const net::ResponseHead& head) {
  const auto value = head.fields.find("retry-after");
  if (!value) return std::nullopt;
  long seconds = 0;
  const auto [end, code] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (code != std::errc() || end == value->data() || seconds < 0 || seconds > 86'400) return std::nullopt;
  return std::chrono::seconds(seconds);
}

/// The provider said no: reads its reason.
net::Task<Error> refusal(Worker& worker, upstream::Call& call, const net::ResponseHead& head) {
  translate::Refusal refusal;
  refusal.status = head.status;
  refusal.retry_after = retry_after(head);
  refusal.host = worker.shared.origin.host;
  auto body = co_await call.read_all(
      error_body_limit,
      std::min<milliseconds>(refusal_silence, std::chrono::seconds(worker.shared.config.request_timeout)));
  if (!body && body.error().kind == ErrorKind::cancelled) co_return body.error();
  auto words =
      without_secrets(worker.shared.config, body ? std::move(*body) : std::string());  // some echo them
  refusal.body = openai::parse_error(worker.reader, std::move(words));
  co_return translate::upstream_refusal(refusal);
}

/// One request to the provider and, if it is accepted, its answer to the client. An error means that the
/// client has had nothing that binds us, unless `retry` says no.
net::Task<Result<void>> attempt(Worker& worker, Prepared& prepared, Delivery& delivery, ClientWatch& watch) {
  upstream::Call call(*worker.client, worker.shared.origin, upstream_request(worker.shared, prepared));
  const Watched watched(watch, call);
  if (watch.gone()) co_return cancelled();
  auto sent = co_await call.send();
  if (!sent) co_return sent;

  Pump pump(worker, call, delivery);
  auto head = co_await pump.wait_for_head();
  if (!head) co_return std::unexpected(std::move(head.error()));
  if ((*head)->status / 100 != 2) {
    Error error = co_await refusal(worker, call, **head);
    co_return std::unexpected(std::move(error));
  }
  std::string().swap(prepared.body);  // accepted: no retry needs it any more
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

bool may_retry(const Error& error, const Prepared& prepared, int retries, std::int64_t limit) {
  if (error.retry == Retry::no || prepared.body.empty() || retries >= limit) return false;
  return !error.retry_after || *error.retry_after <= retry_after_cap;
}

}  // namespace

net::Task<void> forward(Worker& worker, http::Exchange& exchange, Prepared& prepared, Record& record) {
  Delivery delivery(exchange, prepared, worker.shared.origin.host, worker.ids.next("msg_"), record);
  ClientWatch watch(exchange, worker.io);
  for (;;) {
    auto outcome = co_await attempt(worker, prepared, delivery, watch);
    if (outcome) break;
    if (watch.gone()) outcome = cancelled();
    if (!may_retry(outcome.error(), prepared, record.retries, worker.shared.config.max_retries)) {
      co_await delivery.fail(outcome.error());
      break;
    }
    worker.shared.log.limited(LogLevel::info, "retry",
                              record.request_id + " retries after: " + outcome.error().message);
    co_await wait_to_retry(watch, delivery, backoff(outcome.error(), record.retries, worker.ids.jitter()));
    ++record.retries;
  }
}

}  // namespace ccp::proxy
