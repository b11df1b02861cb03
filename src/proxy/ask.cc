#include "proxy/ask.h"

#include <fmt/format.h>

#include "provider/requests.h"
#include "proxy/client_watch.h"
#include "proxy/provider_headers.h"
#include "translate/errors.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t error_body_limit = std::size_t{1} << 20;
/// How long the words of a refusal are waited for, altogether.
constexpr milliseconds refusal_time{5'000};
/// OpenRouter's list of models is half a megabyte.
constexpr std::size_t answer_limit = std::size_t{8} << 20;

std::unexpected<Error> too_slow(const upstream::Origin& origin, milliseconds patience) {
  return upstream_error(ErrorKind::timeout,
                        fmt::format("{} did not answer within {} s", origin.host, patience.count() / 1000));
}

/// Cancels a call when its time is over, whatever it waits for: a connection, a head or a body that come in
/// drips.
class TimeLimit {
 public:
  TimeLimit(net::Deadlines& deadlines, upstream::Call& call, milliseconds time)
      : deadline_(deadlines, [this, &call] {
          over_ = true;
          call.cancel();
        }) {
    deadline_.arm(time);
  }
  [[nodiscard]] bool over() const { return over_; }

 private:
  net::Deadline deadline_;
  bool over_ = false;
};

struct Question {
  const upstream::Origin& origin;
  upstream::Request request;
  milliseconds patience;
};
using Answer = std::expected<std::string, Refused>;
/// What an answer that is not as it should be becomes.
using Refuse = net::Task<Refused> (*)(Worker&, const upstream::Origin&, upstream::Call&,
                                      const net::ResponseHead&);

Answer failed(std::unexpected<Error> error) { return std::unexpected(Refused{.error = error.error()}); }

Result<std::string> told(Answer answer) {
  if (!answer) return std::unexpected(std::move(answer.error().error));
  return std::move(*answer);
}

net::Task<Answer> answer(Worker& worker, const Question& question, upstream::Call& call, Refuse refuse) {
  const auto sent = co_await call.send();
  if (!sent) co_return failed(std::unexpected(sent.error()));
  const auto head = co_await call.head(question.patience);
  if (!head) co_return failed(std::unexpected(head.error()));
  if (*head == nullptr) co_return failed(too_slow(question.origin, question.patience));
  if ((*head)->status / 100 != 2) {
    auto refused = co_await refuse(worker, question.origin, call, **head);
    co_return std::unexpected(std::move(refused));
  }
  auto body = co_await call.read_all(answer_limit, question.patience);
  if (!body) co_return failed(std::unexpected(body.error()));
  co_return std::move(*body);
}

net::Task<Answer> ask_within(Worker& worker, Question question, upstream::Cancellation& watch,
                             Refuse refuse) {
  if (watch.requested()) co_return failed(cancelled());
  upstream::Call call(*worker.client, question.origin, std::move(question.request));
  const upstream::Cancellation::Scope scope(watch, [&call] { call.cancel(); });
  TimeLimit limit(worker.deadlines, call, question.patience);
  auto got = co_await answer(worker, question, call, refuse);
  if (!got && limit.over() && !watch.requested())
    co_return failed(too_slow(question.origin, question.patience));
  co_return got;
}

net::Task<Refused> provider_error(Worker& worker, const upstream::Origin&, upstream::Call& call,
                                  const net::ResponseHead& head) {
  return refusal(worker, call, head);
}

net::Task<Refused> status_error(Worker&, const upstream::Origin& origin, upstream::Call&,
                                const net::ResponseHead& head) {
  auto error =
      upstream_error(ErrorKind::bad_gateway, fmt::format("{} answered {}", origin.host, head.status));
  co_return Refused{.error = std::move(error.error()), .status = head.status};
}

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
      std::min<milliseconds>(refusal_time, std::chrono::seconds(worker.shared.config.request_timeout)));
  if (!body && body.error().kind == ErrorKind::cancelled) co_return Refused{.error = std::move(body.error())};
  // Some providers echo the key.
  auto words = provider::without_secrets(worker.shared.config, body ? std::move(*body) : std::string());
  refusal.body = openai::parse_error(worker.reader, std::move(words));
  auto error = translate::upstream_refusal(refusal);
  co_return Refused{.body = std::move(refusal.body), .error = std::move(error), .status = head.status};
}

net::Task<Result<std::string>> ask(Worker& worker, upstream::Request request, upstream::Cancellation& watch,
                                   milliseconds patience) {
  auto answer = co_await ask_learning(worker, std::move(request), watch, patience);
  co_return told(std::move(answer));
}

net::Task<Answer> ask_learning(Worker& worker, upstream::Request request, upstream::Cancellation& watch,
                               milliseconds patience) {
  return ask_within(worker, {worker.shared.origin, std::move(request), patience}, watch, provider_error);
}

net::Task<Result<std::string>> ask_other(Worker& worker, const upstream::Origin& origin,
                                         upstream::Request request, upstream::Cancellation& watch,
                                         milliseconds patience) {
  Question question{origin, std::move(request), patience};
  auto answer = co_await ask_within(worker, std::move(question), watch, status_error);
  co_return told(std::move(answer));
}

}  // namespace ccp::proxy
