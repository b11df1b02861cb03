#include <gtest/gtest.h>

#include <future>

#include "upstream/testing/exchange.h"

namespace ccp::upstream {
namespace {

using testing::Answer;
using testing::ExchangeTest;
using testing::Peer;

constexpr std::string_view small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request of a connection the same way.
testing::ScriptedServer::Script always(std::string_view answer) {
  return [answer](Peer& peer) {
    while (peer.request()) peer.send(answer);
  };
}

class ReuseTest : public ExchangeTest {};

TEST_F(ReuseTest, KeepsConnectionsAlive) {
  serve(always(small_answer));
  EXPECT_FALSE(run()->reused);
  EXPECT_TRUE(run()->reused);
  EXPECT_TRUE(run()->reused);
  EXPECT_EQ(server_->accepted(), 1);
}

TEST_F(ReuseTest, CloseIdleClosesThem) {
  serve(always(small_answer));
  EXPECT_TRUE(run());
  client_->close_idle();
  EXPECT_FALSE(run()->reused);
  EXPECT_EQ(server_->accepted(), 2);
}

TEST_F(ReuseTest, DoesNotReuseWhatMustNotBeReused) {
  const std::pair<const char*, const char*> answers[] = {
      {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"},
      {"1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
      {"surplus after sized", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200"},
      {"surplus after chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore"},
  };
  for (const auto& [name, answer] : answers) {
    SCOPED_TRACE(name);
    serve(always(answer));
    EXPECT_EQ(text(run()), "200 ok");
    EXPECT_EQ(text(run()), "200 ok");
    EXPECT_EQ(server_->accepted(), 2);
  }
  serve(always("HTTP/1.1 204 No Content\r\n\r\nsurplus"));
  EXPECT_EQ(text(run()), "204 ");
  EXPECT_EQ(text(run()), "204 ");
  EXPECT_EQ(server_->accepted(), 2);
}

TEST_F(ReuseTest, PooledConnectionTheServerClosedIsNotUsed) {
  std::promise<void> closed;
  serve([&](Peer& peer) {
    peer.request();
    peer.send(small_answer);
    if (peer.number() == 1) return peer.wait_for_close();
    peer.close();
    closed.set_value();
  });
  EXPECT_EQ(text(run()), "200 ok");
  closed.get_future().wait();
  const Result<Answer> second = run();
  EXPECT_EQ(text(second), "200 ok");
  EXPECT_FALSE(second->reused);
}

TEST_F(ReuseTest, ReusedConnectionThatDiesUnderTheRequestIsReplacedOnce) {
  serve([](Peer& peer) {
    peer.request();
    peer.send(small_answer);
    if (peer.number() == 0) peer.request_head();
  });
  const std::string body(1 << 20, 'x');
  EXPECT_EQ(text(run()), "200 ok");
  const Result<Answer> second = run({.target = "/", .body = body});
  EXPECT_EQ(text(second), "200 ok");
  EXPECT_FALSE(second->reused);
  EXPECT_EQ(server_->accepted(), 2);
}

TEST_F(ReuseTest, TheReplacementIsNotReplacedAgain) {
  serve([](Peer& peer) {
    peer.request();
    if (peer.number() > 0) return;
    peer.send(small_answer);
    peer.request();
  });
  EXPECT_EQ(text(run()), "200 ok");
  const Result<Answer> second = run();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().retry, Retry::yes);
  EXPECT_EQ(server_->accepted(), 2);
}

}  // namespace
}  // namespace ccp::upstream
