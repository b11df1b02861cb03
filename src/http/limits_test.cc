#include <gtest/gtest.h>
#include <sys/resource.h>
#include <time.h>

#include "http/test_server.h"

namespace ccp::http::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const std::vector<Header> no_headers;

TEST(Limits, SlowHeadIs408) {
  TestServer server(echo, {.header_time = milliseconds(200)});
  Client client(server.port());
  const auto begun = Clock::now();
  const std::string drops = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'y');
  std::future<Reply> reply = std::async(std::launch::async, [&] { return client.read_reply(); });
  for (const char drop : drops) {
    if (!client.send({&drop, 1}) || soon(reply, milliseconds(20))) break;
  }
  EXPECT_EQ(reply.get().status, 408);
  EXPECT_GE(Clock::now() - begun, milliseconds(200));
  EXPECT_LT(Clock::now() - begun, milliseconds(2000)) << "each byte must not begin the time again";
}

TEST(Limits, TimeOfTheHeadBeginsWithItsFirstByte) {
  TestServer server(echo, {.header_time = milliseconds(100), .keep_alive = milliseconds(600)});
  const auto begun = Clock::now();  // before the server's own clock can start
  Client client(server, get);
  EXPECT_EQ(client.read_reply().status, 200);
  EXPECT_TRUE(client.closed()) << "silently";
  EXPECT_GE(Clock::now() - begun, milliseconds(600));
}

TEST(Limits, SilentConnectionsAreClosed) {
  TestServer server(echo, {.keep_alive = milliseconds(100)});
  Client client(server.port());
  EXPECT_TRUE(client.closed());
}

TEST(Limits, HeadsThatAreTooLarge) {
  TestServer server(echo, {.head = {.bytes = 1000, .fields = 10}});
  Client fields(server, "GET / HTTP/1.1\r\nHost: x\r\n" + std::string(10'000, 'y'));
  EXPECT_EQ(fields.read_reply().status, 431) << "before the end of the head came";
  EXPECT_TRUE(fields.closed());
  Client target(server, "GET /" + std::string(10'000, 'y'));
  EXPECT_EQ(target.read_reply().status, 414);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 10; ++i) many += "X: y\r\n";
  Client count(server, many + "\r\n");
  EXPECT_EQ(count.read_reply().status, 431);
}

TEST(Limits, TooManyConnectionsGet529) {
  TestServer server(echo, {.connections = 2});
  auto first = std::make_unique<Client>(server, get);
  Client second(server, get);
  EXPECT_EQ(first->read_reply().status, 200);
  EXPECT_EQ(second.read_reply().status, 200);
  Client third(server, get);
  const auto reply = third.read_reply();
  EXPECT_EQ(reply.status, 529);
  EXPECT_TRUE(reply.has("\r\nretry-after: 1\r\n"));
  EXPECT_TRUE(reply.has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(third.closed());
  EXPECT_EQ(*server.open_connections, 2U);
  second.send(get);
  EXPECT_EQ(second.read_reply().status, 200);
  first->finish_sending();
  EXPECT_TRUE(first->closed());
  Client fourth(server, get);
  EXPECT_EQ(fourth.read_reply().status, 200) << "a place became free";
}

TEST(Limits, ConnectionsAreGivenBack) {
  TestServer server(echo);
  for (int i = 0; i < 100; ++i) {
    Client client(server, i % 2 == 0 ? get : "nonsense\r\n\r\n");
    EXPECT_NE(client.read_reply().status, 0);
  }
  EXPECT_TRUE(soon(server.drain()));
  EXPECT_EQ(*server.open_connections, 0U);
}

/// Bytes left unread in the kernel would turn the close into a reset, which destroys the answer on its way.
TEST(Limits, RefusalReachesAClientThatGoesOnSending) {
  TestServer server(echo);
  Client client(server.port());
  EXPECT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(5'000'000, 'y')));
  EXPECT_EQ(client.read_reply().status, 431);
  EXPECT_TRUE(client.closed());
}

/// Leaves room for `count` more file descriptors, for as long as it lives.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(int count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    const rlimit lowered{.rlim_cur = static_cast<rlim_t>(next + count), .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

milliseconds worker_time(TestServer& server) {
  timespec used{};
  server.on_worker([&] { ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used); });
  return std::chrono::duration_cast<milliseconds>(std::chrono::seconds(used.tv_sec) +
                                                  std::chrono::nanoseconds(used.tv_nsec));
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

TEST(Limits, AcceptingRestsWithoutDescriptorsAndGoesOn) {
  if (sanitized)
    GTEST_SKIP() << "UBSan reads memory through a pipe: without descriptors it reports every object";
  TestServer server(echo);
  const auto before = worker_time(server);
  std::optional<DescriptorLimit> limit(std::in_place, 1);
  Client client(server, get);
  ASSERT_TRUE(client.connected());
  std::promise<Reply> promise;
  auto reply = promise.get_future();
  std::thread reader([&] { promise.set_value(client.read_reply()); });
  EXPECT_FALSE(soon(reply, milliseconds(400))) << "there is no descriptor for the server's side";
  EXPECT_LT(worker_time(server) - before, milliseconds(100)) << "the worker spins";
  limit.reset();
  EXPECT_EQ(reply.get().status, 200);
  reader.join();
}

/// A handler that waits until the test lets it go, or its client goes away.
struct Gate {
  explicit Gate(std::shared_ptr<net::asio::io_context> loop)
      : io(std::move(loop)), timer(*io, Clock::time_point::max()) {}
  net::Task<void> wait(Exchange& exchange) {
    exchange.watch_client([this] { timer.cancel(); });
    reached.set_value();
    boost::system::error_code ignored;
    co_await timer.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }
  std::shared_ptr<net::asio::io_context> io;
  net::Timer timer;
  std::promise<void> reached;
};

TEST(Drain, WithoutConnectionsIsAtOnce) {
  TestServer server(echo);
  EXPECT_TRUE(soon(server.drain()));
  EXPECT_FALSE(Client(server.port()).connected());
}

TEST(Drain, IdleConnectionsAreClosed) {
  TestServer server(echo);
  Client silent(server.port());
  Client client(server, get);
  EXPECT_EQ(client.read_reply().status, 200);
  auto drained = server.drain();
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(soon(drained));
}

TEST(Drain, RequestsUnderWayAreAnswered) {
  std::unique_ptr<Gate> gate;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    co_await gate->wait(exchange);
    co_await ignore_body(exchange);
  });
  gate = std::make_unique<Gate>(server.io());
  Client client(server, get);
  EXPECT_TRUE(soon(gate->reached.get_future()));
  auto drained = server.drain();
  EXPECT_FALSE(soon(drained, milliseconds(50)));
  EXPECT_FALSE(Client(server.port()).connected());
  server.on_worker([&] { gate->timer.cancel(); });
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("\r\nConnection: close\r\n"));
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(soon(drained));
}

TEST(Drain, RequestWhoseHeadHasBegunIsAnswered) {
  TestServer server(echo);
  Client client(server, get);
  EXPECT_EQ(client.read_reply().status, 200);
  client.send(get.substr(0, 10));
  auto drained = server.drain();
  client.send(get.substr(10));
  EXPECT_EQ(client.read_reply().status, 200);
  EXPECT_TRUE(soon(drained));
}

TEST(Drain, StreamsEndInOrder) {
  std::unique_ptr<Gate> gate;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    co_await exchange.begin_stream(200, "text/plain", no_headers, "one");
    co_await gate->wait(exchange);
    co_await exchange.end_stream("two");
  });
  gate = std::make_unique<Gate>(server.io());
  Client client(server, get);
  EXPECT_TRUE(soon(gate->reached.get_future()));
  auto drained = server.drain();
  server.on_worker([&] { gate->timer.cancel(); });
  EXPECT_EQ(client.read_reply().body, "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(soon(drained));
}

TEST(Abort, CutsEverythingAndTellsHandlers) {
  std::unique_ptr<Gate> gate;
  std::promise<bool> written;
  TestServer server([&](Exchange& exchange) -> net::Task<void> {
    co_await exchange.begin_stream(200, "text/plain", no_headers, "one");
    co_await gate->wait(exchange);
    const auto sent = co_await exchange.write("two");
    written.set_value(sent.has_value());
  });
  gate = std::make_unique<Gate>(server.io());
  Client idle(server.port());
  Client client(server, get);
  EXPECT_TRUE(soon(gate->reached.get_future()));
  auto drained = server.drain();
  server.abort();
  EXPECT_FALSE(written.get_future().get());
  EXPECT_TRUE(client.read_until("3\r\none\r\n").ends_with("3\r\none\r\n"));
  EXPECT_TRUE(client.closed()) << "without the last chunk";
  EXPECT_TRUE(soon(drained));
}

TEST(Abort, ServerMayBeDestroyedUnderItsConnections) {
  std::unique_ptr<Gate> gate;
  TestServer server([&](Exchange& exchange) { return gate->wait(exchange); });
  gate = std::make_unique<Gate>(server.io());
  Client idle(server.port());
  Client half(server, get.substr(0, 10));
  Client body(server, "POST / HTTP/1.1\r\nHost: x\r\n");
  Client client(server, get);
  EXPECT_TRUE(soon(gate->reached.get_future()));
  server.stop();
  EXPECT_TRUE(client.closed());
  EXPECT_FALSE(Client(server.port()).connected());
}

/// The worker's loop ends while connections are suspended: they are destroyed with it.
TEST(Abort, LoopMayEndUnderItsConnections) {
  const auto io = std::make_shared<net::asio::io_context>(1);
  std::unique_ptr<Gate> gate = std::make_unique<Gate>(io);
  {
    net::Deadlines deadlines(*io);
    Server server(
        deadlines, {}, [&](Exchange& exchange) { return gate->wait(exchange); }, {},
        std::make_shared<std::atomic<std::size_t>>(0));
    const auto port = server.listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    Client idle(*port);
    Client client(*port);
    client.send(get);
    auto reached = gate->reached.get_future();
    while (!soon(reached, milliseconds(0))) io->run_one();
  }
}

}  // namespace
}  // namespace ccp::http::test
