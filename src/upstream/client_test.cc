#include "upstream/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include "upstream/testing/exchange.h"

namespace ccp::upstream {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::ExchangeTest;
using testing::Peer;
using testing::plenty;

constexpr std::string_view small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request of a connection the same way.
testing::ScriptedServer::Script always(std::string_view answer) {
  return [answer](Peer& peer) {
    while (peer.request()) peer.send(answer);
  };
}

net::Task<Result<int>> wait_for_head(Call& call, std::chrono::milliseconds wait) {
  const Result<const net::ResponseHead*> head = co_await call.head(wait);
  if (!head) co_return std::unexpected(head.error());
  co_return *head == nullptr ? 0 : (*head)->status;
}

class ClientTest : public ExchangeTest {};

struct Framed {
  const char* name;
  const char* method;
  const char* answer;
  int status;
  const char* body;
};

const Framed framings[] = {
    {"sized", "POST", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", 200, "hello world"},
    {"empty", "POST", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, ""},
    {"no content", "POST", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
    {"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", 200, ""},
    {"chunked", "POST",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5;x=y\r\nworld\r\n0\r\nT: "
     "t\r\n\r\n",
     200, "hello world"},
    {"until close", "POST", "HTTP/1.1 200 OK\r\n\r\nhello world", 200, "hello world"},
    {"1.0 until close", "POST", "HTTP/1.0 200 OK\r\n\r\nhello world", 200, "hello world"},
    {"interim heads", "POST",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 429 "
     "Slow\r\nContent-Length: "
     "2\r\n\r\nno",
     429, "no"},
};

TEST_F(ClientTest, ReadsEveryFramingWholeAndByteByByte) {
  for (const Framed& each : framings) {
    for (const bool dripped : {false, true}) {
      SCOPED_TRACE(std::string(each.name) + (dripped ? " dripped" : " whole"));
      serve([&](Peer& peer) {
        if (!peer.request()) return;
        dripped ? peer.drip(each.answer) : peer.send(each.answer);
      });
      const Result<Answer> answer = run({.method = each.method, .target = "/"});
      ASSERT_TRUE(answer) << answer.error().message;
      EXPECT_EQ(answer->status, each.status);
      EXPECT_EQ(answer->body, each.body);
    }
  }
}

TEST_F(ClientTest, SendsHeadAndBodyOfAnySize) {
  for (const std::size_t size : {0U, 1U, 16384U, 16385U, 5U << 20}) {
    std::string sent(size, 'x');
    for (std::size_t i = 0; i < size; ++i) sent[i] = static_cast<char>('a' + i % 23);
    std::promise<std::string> arrived;
    serve([&](Peer& peer) {
      arrived.set_value(peer.request().value_or("nothing"));
      peer.send(small_answer);
    });
    EXPECT_EQ(text(run({.target = "/v1", .headers = {{"X", "y"}}, .body = sent})), "200 ok");
    const std::string request = arrived.get_future().get();
    EXPECT_TRUE(request.starts_with("POST /v1 HTTP/1.1\r\nHost: 127.0.0.1:")) << request.substr(0, 100);
    EXPECT_TRUE(request.substr(request.find("\r\n\r\n") + 4) == sent) << size;
  }
}

TEST_F(ClientTest, FreshConnectionThatClosesBeforeTheAnswerIsAnError) {
  serve([](Peer& peer) { peer.request(); });
  const Result<Answer> answer = run();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::bad_gateway);
  EXPECT_EQ(answer.error().retry, Retry::yes);
  EXPECT_EQ(answer.error().message,
            origin_.authority() + " ended the connection before the first byte of its answer");
  EXPECT_EQ(answer.error().cause, "closed");
  EXPECT_EQ(server_->accepted(), 1);
}

TEST_F(ClientTest, AnswerBeforeTheBodyIsReadCounts) {
  const std::string body(std::size_t{32} << 20, 'x');
  serve([](Peer& peer) {
    peer.request_head();
    peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
  });  // closes with bytes unread: a reset
  EXPECT_EQ(text(run({.target = "/", .body = body})), "413 big");
  EXPECT_EQ(text(run({.target = "/", .body = body})), "413 big");
  EXPECT_EQ(server_->accepted(), 2);
}

TEST_F(ClientTest, AnswerWithoutReadingTheBodyEndsTheStall) {
  use({.write_stall = 200ms});
  const std::string body(std::size_t{32} << 20, 'x');
  std::promise<void> over;
  serve([&](Peer& peer) {
    if (peer.number() > 0) return always(small_answer)(peer);
    peer.request_head();
    peer.send("HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nwho");
    over.get_future().wait();
  });
  EXPECT_EQ(text(run({.target = "/", .body = body})), "401 who");
  EXPECT_EQ(text(run()), "200 ok") << "a half sent request must not leave its connection in the pool";
  over.set_value();
}

TEST_F(ClientTest, ServerThatTakesNoBytesIsAnError) {
  use({.write_stall = 100ms});
  const testing::SilentListener silent;
  origin_ = {.tls = false, .host = "127.0.0.1", .port = silent.port()};
  const std::string body(std::size_t{32} << 20, 'x');
  const Result<Answer> answer = run({.target = "/", .body = body});
  EXPECT_EQ(text(answer), "error: " + origin_.authority() + " took no bytes of the request for 100 ms");
}

TEST_F(ClientTest, CutBodiesAreErrors) {
  const char* const answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "HTTP/1.1 200 OK\r\nContent-Le",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "SSH-2.0-OpenSSH\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
  };
  for (const char* const each : answers) {
    SCOPED_TRACE(each);
    serve([&](Peer& peer) {
      peer.request();
      peer.send(each);
    });
    const Result<Answer> answer = run();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::bad_gateway);
    EXPECT_TRUE(answer.error().message.contains(origin_.authority())) << answer.error().message;
    EXPECT_EQ(server_->accepted(), 1);
  }
}

/// The payload is complete with the last chunk, whatever becomes of the trailers; the connection is not.
TEST_F(ClientTest, WhatIsWrongBehindTheLastChunkCostsNothing) {
  for (const char* const trailers : {"", "X: y", "X\r\n\r\n", " folded\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    SCOPED_TRACE(trailers);
    serve([&](Peer& peer) {
      peer.request();
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n" +
                std::string(trailers));
    });
    for (int connections = 1; connections <= 2; ++connections) {
      EXPECT_EQ(text(run()), "200 hello");
      EXPECT_EQ(server_->accepted(), connections);
    }
  }
}

TEST_F(ClientTest, EndlessHeadsAreRefused) {
  serve([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'));
    peer.wait_for_close();
  });
  EXPECT_TRUE(text(run()).contains("larger than 65536 bytes"));
  serve([](Peer& peer) {
    peer.request();
    for (int i = 0; i < 100; ++i) peer.send("HTTP/1.1 100 Continue\r\n\r\n");
    peer.wait_for_close();
  });
  EXPECT_TRUE(text(run()).contains("100 answer that nobody asked for"));
}

TEST_F(ClientTest, HeadIsWaitedForInSlices) {
  std::promise<void> go;
  serve([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 ");
    go.get_future().wait();
    peer.send("OK\r\nContent-Length: 2\r\n\r\nok");
    peer.wait_for_close();
  });
  Call call(*client_, origin_, {.target = "/"});
  ASSERT_TRUE(worker_.run(call.send()));
  EXPECT_EQ(worker_.run(wait_for_head(call, 50ms)), 0);
  EXPECT_EQ(worker_.run(wait_for_head(call, 0ms)), 0);
  go.set_value();
  EXPECT_EQ(worker_.run(wait_for_head(call, plenty)), 200);
  EXPECT_EQ(worker_.run(wait_for_head(call, plenty)), 200) << "asked again";
  EXPECT_EQ(worker_.run(call.read_all(10, plenty)), "ok");
}

TEST_F(ClientTest, BodyIsWaitedForInSlices) {
  std::promise<void> go;
  serve([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n5");
    go.get_future().wait();
    peer.send("\r\nthree\r\n0\r\n\r\n");
    peer.wait_for_close();
  });
  Call call(*client_, origin_, {.target = "/"});
  EXPECT_EQ(worker_.run(testing::begin(call)), 200);
  const auto first = worker_.run(call.read(plenty));
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(**first, "one");
  const auto nothing = worker_.run(call.read(50ms));
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
  go.set_value();
  EXPECT_EQ(worker_.run(call.read_all(10, plenty)), "three");
  const auto end = worker_.run(call.read(plenty));
  EXPECT_TRUE(end && *end && (*end)->empty());
}

TEST_F(ClientTest, ReadAllIsBounded) {
  const std::pair<const char*, const char*> answers[] = {
      {"sized", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"},
  };
  for (const auto& [name, answer] : answers) {
    SCOPED_TRACE(name);
    serve(always(answer));
    Call fits(*client_, origin_, {.target = "/"});
    ASSERT_EQ(worker_.run(testing::begin(fits)), 200);
    EXPECT_EQ(worker_.run(fits.read_all(4, plenty)), "abcd");
    Call exceeds(*client_, origin_, {.target = "/"});
    ASSERT_EQ(worker_.run(testing::begin(exceeds)), 200);
    const Result<std::string> refused = worker_.run(exceeds.read_all(3, plenty));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "the answer of " + origin_.authority() + " is larger than 3 bytes");
  }
}

TEST_F(ClientTest, SilenceInTheBodyIsATimeout) {
  serve([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
    peer.wait_for_close();
  });
  Call call(*client_, origin_, {.target = "/"});
  ASSERT_EQ(worker_.run(testing::begin(call)), 200);
  const Result<std::string> body = worker_.run(call.read_all(10, 60ms));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().kind, ErrorKind::timeout);
}

/// A byte now and then is no answer.
TEST_F(ClientTest, ABodyThatDripsIsATimeoutToo) {
  const auto over = std::make_shared<std::atomic<bool>>(false);  // the server looks at it until it is joined
  serve([over](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n");
    while (!*over) {
      peer.send("x");
      std::this_thread::sleep_for(5ms);
    }
  });
  Call call(*client_, origin_, {.target = "/"});
  ASSERT_EQ(worker_.run(testing::begin(call)), 200);
  const Result<std::string> body = worker_.run(call.read_all(4000, 100ms));
  *over = true;
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().kind, ErrorKind::timeout);
}

TEST_F(ClientTest, DestroyingAnUnfinishedCallClosesItsConnection) {
  std::promise<void> closed;
  serve([&](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
    peer.wait_for_close();
    closed.set_value();
  });
  {
    Call call(*client_, origin_, {.target = "/"});
    ASSERT_EQ(worker_.run(testing::begin(call)), 200);
  }
  EXPECT_EQ(closed.get_future().wait_for(plenty), std::future_status::ready);
}

TEST_F(ClientTest, UnansweredPartsOfTheContractAreErrors) {
  serve(always(small_answer));
  Call call(*client_, origin_, {.target = "/"});
  EXPECT_FALSE(worker_.run(call.head(0ms)));
  EXPECT_FALSE(worker_.run(call.read(0ms)));
  EXPECT_FALSE(run({.target = "no slash"}));
}

}  // namespace
}  // namespace ccp::upstream
