#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "upstream/client.h"
#include "upstream/testing/scripted_server.h"
#include "upstream/testing/worker.h"

namespace ccp::upstream::testing {

/// What came of one call.
struct Answer {
  int status = 0;
  std::string body;
  bool reused = false;
};

inline constexpr std::chrono::seconds plenty{20};

inline net::Task<Result<int>> begin(Call& call) {
  const Result<void> sent = co_await call.send();
  if (!sent) co_return std::unexpected(sent.error());
  const Result<const net::ResponseHead*> head = co_await call.head(plenty);
  if (!head) co_return std::unexpected(head.error());
  if (*head == nullptr) co_return internal_error("no head in time");
  co_return (*head)->status;
}

inline net::Task<Result<Answer>> exchange(Client& client, Origin origin, Request request) {
  Call call(client, origin, std::move(request));
  const Result<int> status = co_await begin(call);
  if (!status) co_return std::unexpected(status.error());
  Result<std::string> body = co_await call.read_all(std::size_t{64} << 20, plenty);
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return Answer{.status = *status, .body = std::move(*body), .reused = call.reused()};
}

/// A client on a worker of its own, and a server it talks to.
class ExchangeTest : public ::testing::Test {
 protected:
  ExchangeTest() { use({}); }

  void use(Options options) { client_ = *Client::create(worker_.deadlines, std::move(options)); }

  void serve(ScriptedServer::Script script, SSL_CTX* tls = nullptr) {
    server_ = std::make_unique<ScriptedServer>(std::move(script), tls);
    origin_ = Origin{.tls = tls != nullptr, .host = "127.0.0.1", .port = server_->port()};
  }

  Result<Answer> run(Request request = {.target = "/"}) {
    return worker_.run(exchange(*client_, origin_, std::move(request)));
  }

  static std::string text(const Result<Answer>& answer) {
    return answer ? std::to_string(answer->status) + " " + answer->body : "error: " + answer.error().message;
  }

  Worker worker_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<ScriptedServer> server_;
  Origin origin_;
};

}  // namespace ccp::upstream::testing
