#include <gtest/gtest.h>

#include <stdexcept>

#include "http/test_server.h"

namespace ccp::http::test {
namespace {

using std::chrono::milliseconds;

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const std::vector<Header> no_headers;

/// A stream whose next piece is sent when the test says so.
class Steps {
 public:
  explicit Steps(std::shared_ptr<net::asio::io_context> io) : io_(std::move(io)), timer_(*io_) {}
  net::Task<void> wait() {
    boost::system::error_code ignored;
    timer_.expires_at(std::chrono::steady_clock::time_point::max());
    co_await timer_.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }
  void next() { timer_.cancel(); }

 private:
  std::shared_ptr<net::asio::io_context> io_;
  net::Timer timer_;
};

net::Task<void> three_pieces(Exchange& exchange) {
  co_await exchange.begin_stream(200, "text/event-stream", no_headers, "one");
  co_await exchange.write("");
  co_await exchange.write("two");
  co_await exchange.end_stream("three");
}

TEST(Stream, PiecesAreChunks) {
  TestServer server(three_pieces);
  Client client(server, get + get);
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.read_reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.has("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_TRUE(reply.has("\r\nContent-Type: text/event-stream\r\n"));
    EXPECT_EQ(reply.body, "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
  }
}

TEST(Stream, EmptyEndsAreAllowed) {
  TestServer server([](Exchange& exchange) -> net::Task<void> {
    co_await exchange.begin_stream(200, "text/plain", no_headers, "");
    co_await exchange.end_stream();
  });
  Client client(server, get);
  EXPECT_EQ(client.read_reply().body, "0\r\n\r\n");
}

TEST(Stream, EveryPieceArrivesBeforeTheNextIsWritten) {
  std::unique_ptr<Steps> steps;
  std::promise<void> begun;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    co_await exchange.begin_stream(200, "text/plain", no_headers, "one");
    begun.set_value();
    co_await steps->wait();
    co_await exchange.write("two");
    co_await steps->wait();
    co_await exchange.end_stream();
  });
  steps = std::make_unique<Steps>(server.io());
  Client client(server, get);
  EXPECT_TRUE(client.read_until("3\r\none\r\n").ends_with("one\r\n"));
  EXPECT_TRUE(soon(begun.get_future()));
  server.on_worker([&] { steps->next(); });
  EXPECT_EQ(client.read_until("two\r\n"), "3\r\ntwo\r\n");
  server.on_worker([&] { steps->next(); });
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
}

TEST(Stream, Http10IsDelimitedByTheClose) {
  TestServer server(three_pieces);
  Client client(server, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto reply = client.read_reply();
  EXPECT_TRUE(reply.has("\r\nConnection: close\r\n"));
  EXPECT_FALSE(reply.has("Transfer-Encoding"));
  EXPECT_EQ(reply.body, "onetwothree");
  EXPECT_TRUE(client.closed());
}

TEST(Stream, HeadGetsNoPieces) {
  TestServer server(three_pieces);
  Client client(server, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get);
  EXPECT_EQ(client.read_reply(true).status, 200);
  EXPECT_EQ(client.read_reply().status, 200);
}

/// A client must be able to tell a broken stream from a complete one.
TEST(Stream, HandlerThatLeavesTheStreamOpenCutsIt) {
  TestServer server([](Exchange& exchange) -> net::Task<void> {
    co_await exchange.begin_stream(200, "text/plain", no_headers, "one");
    if (exchange.head().path == "/throw") throw std::runtime_error("broken");
  });
  for (const char* path : {"/", "/throw"}) {
    Client client(server, "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.read_until("3\r\none\r\n").ends_with("\r\n\r\n3\r\none\r\n"));
    EXPECT_TRUE(client.closed()) << path;
  }
}

TEST(Stream, CallsInAWrongOrderAreRefused) {
  std::promise<std::string> seen;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    std::string results;
    const auto note = [&](const Result<void>& result) { results += result ? '+' : '-'; };
    note(co_await exchange.write("early"));
    note(co_await exchange.end_stream());
    results += exchange.answered() ? '+' : '-';
    note(co_await exchange.begin_stream(200, "text/plain", no_headers, "one"));
    note(co_await exchange.begin_stream(200, "text/plain", no_headers, "again"));
    Response response;
    note(co_await exchange.respond(std::move(response)));
    note(co_await exchange.end_stream());
    note(co_await exchange.write("late"));
    results += exchange.answered() ? '+' : '-';
    seen.set_value(results);
  });
  Client client(server, get);
  EXPECT_EQ(seen.get_future().get(), "---+--+-+");
  EXPECT_EQ(client.read_reply().body, "3\r\none\r\n0\r\n\r\n");
}

/// The kernel's buffers fill, then a write waits; when the client never reads, it gives up.
TEST(Stream, WriteWaitsForTheClient) {
  struct Outcome {
    std::size_t written;
    ErrorKind kind;
  };
  std::promise<Outcome> outcome;
  TestServer server(
      [&](Exchange& exchange) -> net::Task<void> {
        const std::string piece(std::size_t{64} << 10, 'x');
        std::size_t written = 0;
        auto sent = co_await exchange.begin_stream(200, "text/plain", no_headers, piece);
        while (sent && written < (std::size_t{1} << 30)) {
          sent = co_await exchange.write(piece);
          written += piece.size();
        }
        outcome.set_value({written, sent ? ErrorKind::api : sent.error().kind});
      },
      {.write_stall = milliseconds(200)});
  Client client(server.port(), 16 << 10);
  client.send(get);
  const auto [written, kind] = outcome.get_future().get();
  EXPECT_EQ(kind, ErrorKind::timeout);
  EXPECT_LT(written, std::size_t{32} << 20);
}

TEST(Stream, WaitingWriteGoesOnWhenTheClientReads) {
  constexpr std::size_t pieces = 200;
  std::promise<bool> complete;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    const std::string piece(std::size_t{64} << 10, 'x');
    auto sent = co_await exchange.begin_stream(200, "text/plain", no_headers, "");
    for (std::size_t i = 0; sent && i < pieces; ++i) sent = co_await exchange.write(piece);
    if (sent) sent = co_await exchange.end_stream();
    complete.set_value(sent.has_value());
  });
  Client client(server.port(), 16 << 10);
  client.send(get);
  auto done = complete.get_future();
  EXPECT_FALSE(soon(done, milliseconds(300))) << "13 MB do not fit into the kernel's buffers";
  EXPECT_EQ(client.read_reply().body.size(), pieces * (7 + (std::size_t{64} << 10) + 2) + 5);
  EXPECT_TRUE(soon(done));
}

TEST(Stream, ClientThatGoesAwayIsNoticed) {
  std::unique_ptr<Steps> steps;
  std::promise<void> watching;
  std::promise<std::size_t> gone;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    const auto body = co_await exchange.read_body();
    std::size_t calls = 0;
    exchange.watch_client([&] {
      ++calls;
      steps->next();
    });
    watching.set_value();
    co_await steps->wait();
    gone.set_value(calls);
  });
  steps = std::make_unique<Steps>(server.io());
  Client client(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_TRUE(soon(watching.get_future()));
  client.close();
  auto noticed = gone.get_future();
  ASSERT_TRUE(soon(noticed, milliseconds(1000)));
  EXPECT_EQ(noticed.get(), 1U);
}

/// A client may end its side as soon as it has asked, and read on.
TEST(Stream, ClientThatEndsItsSideIsAnswered) {
  const std::string requests[] = {
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", get};
  for (const bool streamed : {false, true}) {
    for (const auto& request : requests) {
      std::unique_ptr<Steps> steps;
      std::promise<void> watching;
      TestServer server([&](Exchange& exchange) -> net::Task<void> {
        if (exchange.head().method == "POST") co_await exchange.read_body();
        exchange.watch_client([] { ADD_FAILURE() << "it still reads"; });
        if (streamed) co_await exchange.begin_stream(200, "text/plain", no_headers, "one");
        watching.set_value();
        co_await steps->wait();
        if (streamed) {
          co_await exchange.end_stream("two");
        } else {
          Response whole{.content_type = "text/plain", .headers = {}, .body = "{\"one\": 1}"};
          co_await exchange.respond(std::move(whole));
        }
      });
      steps = std::make_unique<Steps>(server.io());
      Client client(server, request);
      client.finish_sending();
      EXPECT_TRUE(soon(watching.get_future()));
      server.on_worker([&] { steps->next(); });
      const auto reply = client.read_reply();
      EXPECT_EQ(reply.status, 200) << reply.head;
      EXPECT_NE(reply.body.find("one"), std::string::npos) << reply.body;
      EXPECT_EQ(reply.body.find("two") != std::string::npos, streamed) << reply.body;
      EXPECT_TRUE(client.closed());
    }
  }
}

/// Nothing is said behind a client that is gone.
TEST(Stream, ClientThatGoesAwayUnansweredIsNotRefused) {
  std::atomic<int> refused = 0;
  std::unique_ptr<Steps> steps;
  std::promise<void> watching;
  TestServer server(
      [&](Exchange& exchange) -> net::Task<void> {
        co_await exchange.read_body();
        exchange.watch_client([&] { steps->next(); });
        watching.set_value();
        co_await steps->wait();
      },
      {},
      [&](int, std::string_view) {
        ++refused;
        return Response{};
      });
  steps = std::make_unique<Steps>(server.io());
  Client client(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_TRUE(soon(watching.get_future()));
  client.close();
  EXPECT_TRUE(soon(server.drain()));
  EXPECT_EQ(refused, 0);
}

TEST(Stream, WriteToAClientThatIsGoneIsCancelled) {
  std::promise<ErrorKind> kind;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    const std::string piece(std::size_t{64} << 10, 'x');
    auto sent = co_await exchange.begin_stream(200, "text/plain", no_headers, piece);
    while (sent) sent = co_await exchange.write(piece);
    const auto again = co_await exchange.write("more");
    EXPECT_FALSE(again);
    kind.set_value(sent.error().kind);
  });
  Client client(server, get);
  client.read_until("\r\n\r\n");
  client.close();
  EXPECT_EQ(kind.get_future().get(), ErrorKind::cancelled);
}

}  // namespace
}  // namespace ccp::http::test
