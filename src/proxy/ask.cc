#include "proxy/ask.h"

#include <fmt/format.h>

#include "proxy/provider.h"
#include "proxy/provider_headers.h"
#include "translate/errors.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t error_body_limit = std::size_t{1} << 20;
/// How long the words of a refusal are waited for, without a byte.
constexpr milliseconds refusal_silence{5'000};
/// OpenRouter's list of models is half a megabyte.
constexpr std::size_t answer_limit = std::size_t{8} << 20;

std::unexpected<Error> too_slow(const upstream::Origin& origin, milliseconds patience) {
  return upstream_error(ErrorKind::timeout,
                        fmt::format("{} did not answer within {} s", origin.host, patience.count() / 1000));
}

/// A span of time that runs from now.
class Patience {
 public:
  explicit Patience(milliseconds span) : until_(std::chrono::steady_clock::now() + span) {}
  [[nodiscard]] milliseconds left() const {
    return std::max(milliseconds(0),
                    std::chrono::ceil<milliseconds>(until_ - std::chrono::steady_clock::now()));
  }

 private:
  std::chrono::steady_clock::time_point until_;
};

}  // namespace

net::Task<Refused> refusal(Worker& worker, upstream::Call& call, const net::ResponseHead& head,
                           std::int64_t prompt_tokens) {
  translate::Refusal refusal;
  refusal.prompt_tokens = prompt_tokens;
  refusal.status = head.status;
  refusal.retry_after = retry_after(head.fields, std::chrono::system_clock::now());
  refusal.host = worker.shared.origin.host;
  auto body = co_await call.read_all(
      error_body_limit,
      std::min<milliseconds>(refusal_silence, std::chrono::seconds(worker.shared.config.request_timeout)));
  if (!body && body.error().kind == ErrorKind::cancelled) co_return Refused{{}, std::move(body.error())};
  // Some providers echo the key.
  auto words = without_secrets(worker.shared.config, body ? std::move(*body) : std::string());
  refusal.body = openai::parse_error(worker.reader, std::move(words));
  auto error = translate::upstream_refusal(refusal);
  co_return Refused{std::move(refusal.body), std::move(error)};
}

net::Task<Result<std::string>> ask(Worker& worker, upstream::Request request, ClientWatch& watch,
                                   milliseconds patience) {
  const Patience span(patience);
  if (watch.gone()) co_return cancelled();
  upstream::Call call(*worker.client, worker.shared.origin, std::move(request));
  const ClientWatch::Watched watched(watch, call);
  const auto sent = co_await call.send();
  if (!sent) co_return std::unexpected(sent.error());
  const auto head = co_await call.head(span.left());
  if (!head) co_return std::unexpected(head.error());
  if (*head == nullptr) co_return too_slow(worker.shared.origin, patience);
  if ((*head)->status / 100 != 2) {
    auto refused = co_await refusal(worker, call, **head);
    co_return std::unexpected(std::move(refused.error));
  }
  auto body = co_await call.read_all(answer_limit, span.left());
  co_return body;
}

net::Task<Result<std::string>> ask_other(Worker& worker, const upstream::Origin& origin,
                                         upstream::Request request, ClientWatch& watch,
                                         milliseconds patience) {
  const Patience span(patience);
  if (watch.gone()) co_return cancelled();
  upstream::Call call(*worker.client, origin, std::move(request));
  const ClientWatch::Watched watched(watch, call);
  const auto sent = co_await call.send();
  if (!sent) co_return std::unexpected(sent.error());
  const auto head = co_await call.head(span.left());
  if (!head) co_return std::unexpected(head.error());
  if (*head == nullptr) co_return too_slow(origin, patience);
  if ((*head)->status != 200) {
    co_return upstream_error(ErrorKind::bad_gateway,
                             fmt::format("{} answered {}", origin.host, (*head)->status));
  }
  auto body = co_await call.read_all(answer_limit, span.left());
  co_return body;
}

}  // namespace ccp::proxy
