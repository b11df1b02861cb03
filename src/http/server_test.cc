#include "http/server.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "http/answer.h"
#include "http/test_server.h"

namespace ccp::http::test {
namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::string_view body) {
  return "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

TEST(Server, KeepsTheConnection) {
  TestServer server(echo);
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(post("one"));
    const auto reply = client.read_reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /b one");
    EXPECT_FALSE(reply.has("Connection:"));
    EXPECT_FALSE(reply.has("Server:"));
    EXPECT_TRUE(reply.has("\r\nDate: ")) << reply.head;
    EXPECT_TRUE(reply.has("\r\nContent-Type: text/plain\r\n"));
  }
  EXPECT_EQ(*server.open_connections, 1U);
}

TEST(Server, ClosesWhenAsked) {
  TestServer server(echo);
  Client client(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto reply = client.read_reply();
  EXPECT_TRUE(reply.has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(client.closed());
}

TEST(Server, LastAnswerReachesAClientThatPipelinesMore) {
  TestServer server(echo);
  Client client(server.port());
  EXPECT_TRUE(
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + std::string(5'000'000, 'y')));
  EXPECT_EQ(client.read_reply().status, 200);
  EXPECT_TRUE(client.closed());
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server(echo);
  Client client(server, post("first") + get + post("third"));
  EXPECT_EQ(client.read_reply().body, "POST /b first");
  EXPECT_EQ(client.read_reply().body, "GET /a ");
  EXPECT_EQ(client.read_reply().body, "POST /b third");
}

TEST(Server, ChunkedBodyIsFollowedByTheNextRequest) {
  TestServer server(echo);
  Client client(
      server,
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;e=1\r\nhello\r\n0\r\nT: x\r\n\r\n" +
          get);
  EXPECT_EQ(client.read_reply().body, "POST /b hello");
  EXPECT_EQ(client.read_reply().body, "GET /a ");
}

/// Sends `bytes` cut in two at every place, the server having seen the first part before the second comes.
void cut_everywhere(const std::string& bytes, const std::string& body) {
  TestServer server(echo);
  Client client(server.port());
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    client.send(bytes.substr(0, cut));
    server.on_worker([] {});  // a turn of the worker's loop
    client.send(bytes.substr(cut));
    const auto reply = client.read_reply();
    ASSERT_EQ(reply.status, 200) << "cut at " << cut;
    ASSERT_EQ(reply.body, body) << "cut at " << cut;
  }
}

TEST(Server, SizedRequestCutAtEveryByte) { cut_everywhere(post("hello"), "POST /b hello"); }

TEST(Server, ChunkedRequestCutAtEveryByte) {
  cut_everywhere(
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: "
      "x\r\n\r\n",
      "POST /b hello");
}

TEST(Server, OneByteAtATime) {
  TestServer server(echo);
  Client client(server.port());
  for (const char byte : post("hello")) client.send({&byte, 1});
  EXPECT_EQ(client.read_reply().body, "POST /b hello");
}

TEST(Server, HeadHasNoBody) {
  TestServer server(echo);
  Client client(server, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get);
  const auto reply = client.read_reply(true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("Content-Length: 7\r\n")) << reply.head;
  EXPECT_EQ(client.read_reply().body, "GET /a ");
}

TEST(Server, Http10) {
  TestServer server(echo);
  Client closing(server, "GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(closing.read_reply().has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(closing.closed());
  Client keeping(server, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(keeping.read_reply().has("\r\nConnection: keep-alive\r\n"));
  keeping.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(keeping.read_reply().status, 200);
}

TEST(Server, PeerHasAddressAndPort) {
  std::promise<std::string> peer;
  TestServer server([&](Exchange& exchange) {
    peer.set_value(std::string(exchange.peer()));
    return ignore_body(exchange);
  });
  Client client(server, get);
  EXPECT_EQ(peer.get_future().get().substr(0, 10), "127.0.0.1:");
}

TEST(Server, HandlerThatThrowsOrForgetsTheAnswerGives500) {
  TestServer server([](Exchange& exchange) -> net::Task<void> {
    if (exchange.head().path == "/throw") throw std::runtime_error("secret");
    co_return;
  });
  for (const char* path : {"/throw", "/silent"}) {
    Client client(server, "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto reply = client.read_reply();
    EXPECT_EQ(reply.status, 500) << path;
    EXPECT_EQ(reply.body, "the request could not be answered");
    EXPECT_TRUE(client.closed());
  }
}

TEST(Server, SecondAnswerIsRefused) {
  std::promise<bool> second;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    co_await ignore_body(exchange);
    Response response;
    const auto sent = co_await exchange.respond(std::move(response));
    second.set_value(sent.has_value());
  });
  Client client(server, get);
  EXPECT_FALSE(second.get_future().get());
  EXPECT_EQ(client.read_reply().body, "{}");
  client.send(get);
}

TEST(Server, HeaderValuesCannotSplitTheAnswer) {
  TestServer server([](Exchange& exchange) -> net::Task<void> {
    Response response;
    response.headers.push_back({"request-id", "a\r\nSet-Cookie: b\n"});
    co_await exchange.respond(std::move(response));
  });
  Client client(server, get);
  EXPECT_TRUE(client.read_reply().has("\r\nrequest-id: a  Set-Cookie: b \r\n"));
}

TEST(Server, NoContentHasNoFraming) {
  TestServer server([](Exchange& exchange) -> net::Task<void> {
    Response response;
    response.status = exchange.head().path == "/a" ? 204 : 200;
    response.content_type.clear();
    co_await exchange.respond(std::move(response));
  });
  Client client(server, get + "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_EQ(head.find("Content-"), std::string::npos) << head;
  EXPECT_TRUE(client.read_reply().has("Content-Length: 0\r\n"));
}

TEST(Server, ListensOnIPv6AndNames) {
  net::asio::io_context io;
  net::Deadlines deadlines(io);
  const auto open = std::make_shared<std::atomic<std::size_t>>(0);
  Server server(deadlines, {}, ignore_body, {}, open);
  for (const char* host : {"127.0.0.1", "localhost", "::1", "::", "0.0.0.0"}) {
    const auto port = server.listen(host, 0);
    ASSERT_TRUE(port) << port.error().message;
    EXPECT_NE(*port, 0);
  }
}

TEST(Server, WorkersShareAPort) {
  net::asio::io_context io;
  net::Deadlines deadlines(io);
  const auto open = std::make_shared<std::atomic<std::size_t>>(0);
  Server first(deadlines, {}, ignore_body, {}, open);
  Server second(deadlines, {}, ignore_body, {}, open);
  const auto port = first.listen("127.0.0.1", 0);
  ASSERT_TRUE(port);
  EXPECT_FALSE(second.listen("127.0.0.1", *port)) << "another program's port must be noticed";
  EXPECT_EQ(second.listen("127.0.0.1", *port, PortUse::join), *port);
}

TEST(Server, ListenErrorsNameAddressPortAndCause) {
  net::asio::io_context io;
  net::Deadlines deadlines(io);
  const auto open = std::make_shared<std::atomic<std::size_t>>(0);
  Server server(deadlines, {}, ignore_body, {}, open);
  const auto foreign = server.listen("192.0.2.1", 8082);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().message, "cannot listen on 192.0.2.1:8082: Cannot assign requested address");
  const auto unknown = server.listen("no.such.host.invalid", 8082);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("no.such.host.invalid:8082: "), std::string::npos);
}

TEST(Date, IsMadeOnceASecond) {
  Date date;
  EXPECT_EQ(date.at(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(951'782'400), "Tue, 29 Feb 2000 00:00:00 GMT");
}

}  // namespace
}  // namespace ccp::http::test
