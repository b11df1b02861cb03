#include "upstream/tls.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "upstream/testing/certificates.h"
#include "upstream/testing/exchange.h"

namespace ccp::upstream {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::Authority;
using testing::ExchangeTest;
using testing::Peer;
using testing::plenty;

constexpr std::string_view small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view last_answer =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

void answer_always(Peer& peer) {
  while (peer.request()) peer.send(small_answer);
}

class TlsTest : public ExchangeTest {
 protected:
  TlsTest() { use({.ca_file = authority_.file()}); }

  void serve_tls(testing::ScriptedServer::Script script, int highest_version = TLS1_3_VERSION) {
    context_ = authority_.server("DNS:localhost,IP:127.0.0.1", highest_version);
    serve(std::move(script), context_.get());
  }

  void TearDown() override { server_.reset(); }  // before the context its connections use

  Authority authority_;
  Authority::ServerContext context_;
};

TEST_F(TlsTest, AcceptsACertificateForTheNameOrTheAddress) {
  std::string names;
  serve_tls([&](Peer& peer) {
    peer.request();
    names += "[" + peer.server_name() + "]";
    peer.send(last_answer);
  });
  for (const char* const host : {"localhost", "127.0.0.1"}) {
    origin_.host = host;
    EXPECT_EQ(text(run()), "200 ok") << host;
  }
  server_.reset();
  EXPECT_EQ(names, "[localhost][]") << "a name is announced, an address never (RFC 6066 section 3)";
}

TEST_F(TlsTest, RefusesACertificateForAnotherName) {
  const std::pair<const char*, const char*> cases[] = {{"localhost", "hostname mismatch"},
                                                       {"127.0.0.1", "IP address mismatch"}};
  context_ = authority_.server("DNS:other.example,IP:127.0.0.7");
  serve(answer_always, context_.get());
  for (const auto& [host, reason] : cases) {
    SCOPED_TRACE(host);
    origin_.host = host;
    const Result<Answer> answer = run();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().retry, Retry::no);
    EXPECT_EQ(answer.error().kind, ErrorKind::bad_gateway);
    EXPECT_TRUE(
        answer.error().message.contains("the certificate of " + std::string(host) + " is refused: " + reason))
        << answer.error().message;
    EXPECT_TRUE(answer.error().message.contains("SSL_VERIFY=false")) << answer.error().message;
  }
}

TEST_F(TlsTest, RefusesAnUnknownAuthority) {
  serve_tls(answer_always);
  const Authority other;
  use({.ca_file = other.file()});
  const Result<Answer> answer = run();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().retry, Retry::no);
  EXPECT_TRUE(answer.error().message.contains("is refused: unable to get local issuer certificate"))
      << answer.error().message;
  use({});
  EXPECT_TRUE(text(run()).contains("is refused")) << "by the system's store too";
}

TEST_F(TlsTest, AcceptsAnythingWhenToldSo) {
  context_ = authority_.server("DNS:other.example");
  serve(answer_always, context_.get());
  use({.verify = false});
  EXPECT_EQ(text(run()), "200 ok");
}

TEST_F(TlsTest, ResumesTheLastSession) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    std::vector<bool> resumed;
    serve_tls(
        [&](Peer& peer) {
          peer.request();
          resumed.push_back(peer.resumed());
          peer.send(last_answer);
          peer.wait_for_close();
        },
        version);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(text(run()), "200 ok");
    server_.reset();
    EXPECT_EQ(resumed, (std::vector<bool>{false, true, true}));
  }
}

TEST_F(TlsTest, AnAbandonedCallLeavesItsSessionUsable) {
  std::atomic<bool> resumed = false;
  serve_tls([&](Peer& peer) {
    peer.request();
    resumed = peer.resumed();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
    peer.wait_for_close();
  });
  for (int i = 0; i < 2; ++i) {
    Call call(*client_, origin_, {.target = "/"});
    ASSERT_EQ(worker_.run(testing::begin(call)), 200);
  }
  EXPECT_TRUE(resumed);
}

TEST_F(TlsTest, KeepsConnectionsAliveThroughLateTickets) {
  std::promise<void> sent;
  serve_tls([&](Peer& peer) {
    peer.request();
    peer.send(small_answer);
    peer.send_tickets();
    sent.set_value();
    answer_always(peer);
  });
  EXPECT_EQ(text(run()), "200 ok");
  sent.get_future().wait();
  EXPECT_TRUE(run()->reused);
  EXPECT_TRUE(run()->reused);
  EXPECT_EQ(server_->accepted(), 1);
}

TEST_F(TlsTest, PooledConnectionTheServerClosedIsNotUsed) {
  for (const bool goodbye : {true, false}) {
    std::promise<void> closed;
    serve_tls([&](Peer& peer) {
      peer.request();
      peer.send(small_answer);
      if (peer.number() == 1) return peer.wait_for_close();
      peer.close(goodbye);
      closed.set_value();
    });
    EXPECT_EQ(text(run()), "200 ok");
    closed.get_future().wait();
    const Result<Answer> second = run();
    EXPECT_EQ(text(second), "200 ok");
    EXPECT_FALSE(second->reused);
  }
}

TEST_F(TlsTest, CarriesLargeBodiesBothWays) {
  const std::string body(std::size_t{5} << 20, 'x');
  std::promise<std::string> arrived;
  serve_tls([&](Peer& peer) {
    arrived.set_value(peer.request().value_or("nothing"));
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    peer.wait_for_close();
  });
  const Result<Answer> answer = run({.target = "/", .body = body});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->body == body);
  EXPECT_TRUE(arrived.get_future().get().ends_with(body));
}

TEST_F(TlsTest, ReadsRecordsOfOneByte) {
  serve_tls([&](Peer& peer) {
    peer.request();
    peer.drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    peer.wait_for_close();
  });
  EXPECT_EQ(text(run()), "200 hello");
}

TEST_F(TlsTest, BodyUntilCloseNeedsACloseNotify) {
  for (const bool goodbye : {true, false}) {
    serve_tls([&](Peer& peer) {
      peer.request();
      peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
      peer.close(goodbye);
    });
    const Result<Answer> answer = run();
    EXPECT_EQ(text(answer), goodbye ? "200 hello"
                                    : "error: " + origin_.authority() +
                                          " ended the connection in the middle of its answer");
    EXPECT_EQ(answer ? "" : answer.error().cause, goodbye ? "" : "closed without a TLS close_notify");
  }
}

TEST_F(TlsTest, AnswerBeforeTheBodyIsReadCounts) {
  const std::string body(std::size_t{32} << 20, 'x');
  serve_tls([](Peer& peer) {
    peer.request_head();
    peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
  });
  EXPECT_EQ(text(run({.target = "/", .body = body})), "413 big");
}

TEST_F(TlsTest, FailedHandshakesSayWhy) {
  serve([](Peer& peer) {
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.wait_for_close();
  });
  origin_.tls = true;
  EXPECT_TRUE(text(run()).contains("is it a plain http:// server?")) << text(run());
  EXPECT_EQ(run().error().retry, Retry::yes);

  serve([](Peer&) {});
  origin_.tls = true;
  EXPECT_TRUE(text(run()).contains("the TLS handshake with 127.0.0.1 failed: ")) << text(run());

  use({.ca_file = authority_.file()});
  serve_tls(answer_always, TLS1_1_VERSION);
  EXPECT_TRUE(text(run()).contains("the TLS handshake with 127.0.0.1 failed: ")) << text(run());
}

TEST(Tls, UnreadableAuthorityFileIsNamed) {
  const auto missing = TlsContext::create({.ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().message.contains("'/nowhere/ca.pem'")) << missing.error().message;
  const std::string empty = ::testing::TempDir() + "empty.pem";
  std::ofstream(empty) << "no certificate\n";
  EXPECT_FALSE(TlsContext::create({.ca_file = empty}));
}

}  // namespace
}  // namespace ccp::upstream
