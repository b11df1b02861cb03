#include <gtest/gtest.h>

#include "http/test_server.h"

namespace ccp::http::test {
namespace {

constexpr Limits small{.body = 1000, .body_idle = std::chrono::milliseconds(100)};

std::string post(std::string_view fields) {
  return "POST /b HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n\r\n";
}
const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Body, LargeSizedBody) {
  TestServer server(echo);
  std::string body(5'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>('a' + i % 26);
  Client client(server, post("Content-Length: 5000000") + body + get);
  EXPECT_TRUE(client.read_reply().body == "POST /b " + body);
  EXPECT_EQ(client.read_reply().body, "GET /a ");
}

TEST(Body, ContentLengthAboveTheLimitIs413BeforeTheBodyCame) {
  TestServer server(echo, small);
  Client client(server, post("Content-Length: 1001"));
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 413);
  EXPECT_TRUE(reply.has("\r\nConnection: close\r\n"));
  EXPECT_NE(reply.body.find("1000 bytes"), std::string::npos);
  EXPECT_TRUE(client.closed());
}

TEST(Body, LimitItselfIsAllowed) {
  TestServer server(echo, small);
  Client client(server, post("Content-Length: 1000") + std::string(1000, 'x'));
  EXPECT_EQ(client.read_reply().status, 200);
}

/// A client that sends all before it reads gets the answer, not a reset.
TEST(Body, AnswerReachesAClientThatGoesOnSending) {
  TestServer server(echo, small);
  Client client(server, post("Content-Length: 20000000"));
  EXPECT_TRUE(client.send(std::string(20'000'000, 'x')));
  EXPECT_EQ(client.read_reply().status, 413);
  EXPECT_TRUE(client.closed());
}

TEST(Body, ChunkedBodyAboveTheLimitIs413) {
  TestServer server(echo, small);
  const auto chunk = "1f4\r\n" + std::string(500, 'x') + "\r\n";
  Client fits(server, post("Transfer-Encoding: chunked") + chunk + chunk + "0\r\n\r\n");
  EXPECT_EQ(fits.read_reply().status, 200);
  Client grows(server, post("Transfer-Encoding: chunked") + chunk + chunk + "1\r\nx");
  EXPECT_EQ(grows.read_reply().status, 413);
  EXPECT_TRUE(grows.closed());
}

TEST(Body, BrokenChunkIs400AndCloses) {
  TestServer server(echo, small);
  Client client(server, post("Transfer-Encoding: chunked") + "5\nhello\r\n0\r\n\r\n" + get);
  EXPECT_EQ(client.read_reply().status, 400);
  EXPECT_TRUE(client.closed());
}

TEST(Body, PostWithoutFramingIs411) {
  TestServer server(echo);
  Client client(server, post("X: y"));
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 411);
  EXPECT_NE(reply.body.find("Content-Length"), std::string::npos);
  client.send(get);
  EXPECT_EQ(client.read_reply().status, 200) << "nothing was left unread";
}

TEST(Body, EmptyBodyIsABody) {
  TestServer server(echo);
  Client client(server, post("Content-Length: 0") + get);
  EXPECT_EQ(client.read_reply().body, "POST /b ");
  EXPECT_EQ(client.read_reply().body, "GET /a ");
}

TEST(Body, SilenceIs408) {
  TestServer server(echo, small);
  Client sized(server, post("Content-Length: 10") + "hello");
  EXPECT_EQ(sized.read_reply().status, 408);
  EXPECT_TRUE(sized.closed());
  Client chunked(server, post("Transfer-Encoding: chunked") + "5\r\nhel");
  EXPECT_EQ(chunked.read_reply().status, 408);
}

/// The client may still read: a half-close says no more than that the body has no end.
TEST(Body, EndOfInputInABodyIs400) {
  TestServer server(echo);
  const std::string chunked = post("Transfer-Encoding: chunked");
  const std::pair<std::string, const char*> cut[] = {
      {post("Content-Length: 10") + "hello", "5 of its 10 bytes"},
      {post("Content-Length: 10"), "0 of its 10 bytes"},
      {post("Expect: 100-continue\r\nContent-Length: 10") + "hello", "5 of its 10 bytes"},
      {chunked + "5\r\nhel", "without its last chunk"},
      {chunked + "5\r\nhello\r\n", "without its last chunk"},
      {chunked + "5\r\nhello\r\n0\r\n", "without its last chunk"},
      {chunked + "5\r\nhello\r\n0\r\nX: y\r\n", "without its last chunk"},
  };
  for (const auto& [bytes, words] : cut) {
    Client client(server, bytes);
    client.finish_sending();
    const auto reply = client.read_reply();
    EXPECT_EQ(reply.status, 400) << bytes;
    EXPECT_TRUE(reply.has("\r\nConnection: close\r\n")) << bytes;
    EXPECT_NE(reply.body.find(words), std::string::npos) << reply.body;
    EXPECT_TRUE(client.closed()) << bytes;
  }
}

/// Nobody can read an answer on a connection that was reset.
TEST(Body, ResetInABodyIsCancelled) {
  std::promise<ErrorKind> kind;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    const auto body = co_await exchange.read_body();
    kind.set_value(body ? ErrorKind::api : body.error().kind);
  });
  Client client(server, post("Content-Length: 10") + "hello");
  client.reset();
  EXPECT_EQ(kind.get_future().get(), ErrorKind::cancelled);
}

/// What is not there yet need not be awaited to know that it is too much.
TEST(Body, ChunkDeclaredAboveTheLimitIs413BeforeItCame) {
  TestServer server(echo, {.body = 1000});
  const std::string chunked = post("Transfer-Encoding: chunked");
  for (const auto* chunks : {"3e9\r\n", "3e9\r\nx", "ffffffffffffffff\r\n", "1\r\nx\r\n3e8\r\n",
                             "0000000003e9\r\n", "3e9;extension\r\n"}) {
    Client client(server, chunked + chunks);
    const auto reply = client.read_reply();
    EXPECT_EQ(reply.status, 413) << chunks;
    EXPECT_TRUE(reply.has("\r\nConnection: close\r\n")) << chunks;
    EXPECT_TRUE(client.closed()) << chunks;
  }
  Client fits(server, chunked + "1\r\nx\r\n3e7\r\n" + std::string(999, 'x') + "\r\n0\r\n\r\n");
  EXPECT_EQ(fits.read_reply().status, 200);
}

TEST(Body, ExpectContinueIsAnsweredWhenTheBodyIsRead) {
  TestServer server(echo);
  Client client(server, post("Expect: 100-continue\r\nContent-Length: 5"));
  EXPECT_EQ(client.read_reply().head, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(client.read_reply().body, "POST /b hello");
  client.send(get);
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST(Body, ExpectContinueGets413Instead) {
  TestServer server(echo, small);
  Client client(server, post("Expect: 100-continue\r\nContent-Length: 2000"));
  EXPECT_EQ(client.read_reply().status, 413);
  EXPECT_TRUE(client.closed());
}

TEST(Body, ExpectContinueIsNotAnsweredWhenTheBodyCameAnyway) {
  TestServer server(echo);
  Client client(server, post("Expect: 100-continue\r\nContent-Length: 5") + "hello");
  EXPECT_EQ(client.read_reply().body, "POST /b hello");
}

/// Nobody can know whether this client still sends its body.
TEST(Body, ExpectContinueThatNobodyReadsClosesTheConnection) {
  TestServer server(ignore_body);
  Client client(server, post("Expect: 100-continue\r\nContent-Length: 5"));
  EXPECT_TRUE(client.read_reply().has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(client.closed());
}

TEST(Body, SmallUnreadBodyIsSkipped) {
  TestServer server(ignore_body);
  Client client(server, post("Content-Length: 5") + "hello" + get);
  EXPECT_FALSE(client.read_reply().has("Connection:"));
  EXPECT_EQ(client.read_reply().status, 200);
  client.send(post("Content-Length: 60000"));
  EXPECT_FALSE(client.read_reply().has("Connection:")) << "answered before the body came";
  client.send(std::string(60'000, 'x') + get);
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST(Body, LargeOrChunkedUnreadBodyClosesTheConnection) {
  TestServer server(ignore_body);
  Client large(server, post("Content-Length: 65537") + std::string(65'537, 'x'));
  EXPECT_TRUE(large.read_reply().has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(large.closed());
  Client chunked(server, post("Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_TRUE(chunked.read_reply().has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(chunked.closed());
}

TEST(Body, SecondReadIsRefused) {
  std::promise<bool> second;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    const auto first = co_await exchange.read_body();
    const auto again = co_await exchange.read_body();
    second.set_value(again.has_value());
    co_await ignore_body(exchange);
  });
  Client client(server, post("Content-Length: 5") + "hello");
  EXPECT_FALSE(second.get_future().get());
  EXPECT_EQ(client.read_reply().status, 200);
}

}  // namespace
}  // namespace ccp::http::test
