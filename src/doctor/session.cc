#include "doctor/session.h"

#include <optional>

namespace ccp::doctor {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t answer_limit = std::size_t{8} << 20;

std::unexpected<Error> too_slow(std::chrono::seconds patience) {
  return upstream_error(ErrorKind::timeout,
                        "no answer within " + std::to_string(patience.count()) + " seconds");
}

net::Task<void> keep(net::Task<Result<Answer>> task, std::optional<Result<Answer>>& result) {
  result = co_await std::move(task);
}

}  // namespace

Result<std::unique_ptr<Session>> Session::create(const upstream::Options& options) {
  std::unique_ptr<Session> session(new Session());
  auto client = upstream::Client::create(session->deadlines_, options);
  if (!client) return std::unexpected(std::move(client.error()));
  session->client_ = std::move(*client);
  return session;
}

net::Task<Result<Answer>> Session::run(upstream::Call& call, std::chrono::seconds patience) {
  auto sent = co_await call.send();
  if (!sent) co_return std::unexpected(std::move(sent.error()));
  auto head = co_await call.head(patience);
  if (!head) co_return std::unexpected(std::move(head.error()));
  if (*head == nullptr) co_return too_slow(patience);
  Answer answer{.status = (*head)->status};
  answer.content_type = (*head)->fields.find("content-type").value_or("");
  auto body = co_await call.read_all(answer_limit, patience);
  if (!body) co_return std::unexpected(std::move(body.error()));
  answer.body = std::move(*body);
  co_return answer;
}

Result<Answer> Session::exchange(const upstream::Origin& origin, const upstream::Request& request,
                                 std::chrono::seconds patience) {
  std::optional<Result<Answer>> result;
  upstream::Call call(*client_, origin, request);
  net::Timer limit(io_);
  bool over = false;  // also of an answer that drips
  limit.expires_after(patience);
  limit.async_wait([&](const boost::system::error_code& error) {
    if (error || result) return;
    over = true;
    call.cancel();
  });
  net::asio::co_spawn(io_, keep(run(call, patience), result), net::asio::detached);
  io_.restart();
  while (!result && io_.run_one() > 0) {
  }
  limit.cancel();
  io_.poll();
  if (!result) return internal_error("the exchange did not come to its end");
  if (over && !*result) return too_slow(patience);
  return std::move(*result);
}

}  // namespace ccp::doctor
