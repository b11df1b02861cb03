#include <gtest/gtest.h>

#include <future>

#include "upstream/testing/dns_server.h"
#include "upstream/testing/exchange.h"

namespace ccp::upstream {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::DnsAnswer;
using testing::DnsServer;
using testing::ExchangeTest;
using testing::Peer;
using testing::plenty;

class ConnectTest : public ExchangeTest {
 protected:
  /// Cancels `call` as soon as `operation` waits, and returns what came of it.
  template <class T>
  Result<T> cancelled_during(Call& call, net::Task<Result<T>> operation) {
    std::optional<Result<T>> result;
    worker_.start(std::move(operation), result);
    worker_.poll();
    EXPECT_FALSE(result) << "it did not wait";
    const auto start = std::chrono::steady_clock::now();
    call.cancel();
    worker_.run_until([&] { return result.has_value(); });
    EXPECT_LT(std::chrono::steady_clock::now() - start, plenty / 2) << "it waited for its own timeout";
    return std::move(*result);
  }
};

TEST_F(ConnectTest, RefusedNamesTheAddressAndTheCause) {
  origin_ = {.tls = false, .host = "127.0.0.1", .port = testing::refusing_port()};
  const Result<Answer> answer = run();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message,
            "cannot connect to 127.0.0.1: " + origin_.authority() + " (Connection refused)");
  EXPECT_EQ(answer.error().kind, ErrorKind::bad_gateway);
  EXPECT_EQ(answer.error().retry, Retry::yes);
}

TEST_F(ConnectTest, TriesTheNextAddressWhenOneRefuses) {
  for (const std::vector<std::string>& addresses : {std::vector<std::string>{"127.0.0.9", "127.0.0.1"},
                                                    {"127.0.0.1", "127.0.0.9"},
                                                    {"::1", "127.0.0.1"}}) {
    serve([](Peer& peer) {
      while (peer.request()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const DnsServer dns([&](std::string_view) -> DnsAnswer { return {.addresses = addresses}; });
    use({.dns_servers = dns.servers()});
    origin_.host = "api.test";
    EXPECT_EQ(text(run()), "200 ok");
  }
}

TEST_F(ConnectTest, ListsEveryAddressThatRefused) {
  const DnsServer dns(
      [](std::string_view) -> DnsAnswer { return {.addresses = {"127.0.0.1", "127.0.0.9"}}; });
  use({.dns_servers = dns.servers()});
  const std::string port = std::to_string(testing::refusing_port());
  origin_ = {.tls = false, .host = "api.test", .port = static_cast<std::uint16_t>(std::stoi(port))};
  const std::string message = text(run());
  EXPECT_TRUE(message.starts_with("error: cannot connect to api.test: ")) << message;
  EXPECT_TRUE(message.contains("127.0.0.1:" + port + " (Connection refused)")) << message;
  EXPECT_TRUE(message.contains("127.0.0.9:" + port + " (Connection refused)")) << message;
}

TEST_F(ConnectTest, NameThatIsNeverAnsweredIsBoundedAndHoldsUpNobody) {
  const DnsServer dns([](std::string_view) -> DnsAnswer { return {.silent = true}; });
  use({.connect_timeout = 300ms, .dns_servers = dns.servers()});
  serve([](Peer& peer) {
    while (peer.request()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  std::optional<Result<Answer>> hanging;
  const Origin unknown{.tls = false, .host = "hangs.test", .port = 80};
  worker_.start(testing::exchange(*client_, unknown, {.target = "/"}), hanging);
  EXPECT_EQ(text(run()), "200 ok");
  EXPECT_FALSE(hanging);
  worker_.run_until([&] { return hanging.has_value(); });
  EXPECT_EQ(text(*hanging), "error: cannot resolve the host name hangs.test: no answer within 300 ms");
}

TEST_F(ConnectTest, HandshakeThatIsNeverAnsweredIsBounded) {
  use({.connect_timeout = 100ms});
  const testing::SilentListener silent;
  origin_ = {.tls = true, .host = "127.0.0.1", .port = silent.port()};
  const std::string message = text(run());
  EXPECT_TRUE(message.contains("the TLS handshake with 127.0.0.1 failed: not finished within")) << message;
}

TEST_F(ConnectTest, ConnectThatIsNeverAnsweredIsBounded) {
  use({.connect_timeout = 100ms});
  testing::SilentListener full;
  full.fill();
  origin_ = {.tls = false, .host = "127.0.0.1", .port = full.port()};
  EXPECT_EQ(text(run()),
            "error: cannot connect to 127.0.0.1: " + origin_.authority() + " (timed out after 100 ms)");
}

TEST_F(ConnectTest, CancelEndsEachWaitAtOnce) {
  const DnsServer dns([](std::string_view) -> DnsAnswer { return {.silent = true}; });
  use({.connect_timeout = plenty, .dns_servers = dns.servers()});
  const testing::SilentListener silent;
  testing::SilentListener full;
  full.fill();
  const std::string much(std::size_t{32} << 20, 'x');
  const std::tuple<const char*, Origin, std::string_view> cases[] = {
      {"resolve", {.tls = true, .host = "hangs.test"}, ""},
      {"connect", {.tls = false, .host = "127.0.0.1", .port = full.port()}, ""},
      {"handshake", {.tls = true, .host = "127.0.0.1", .port = silent.port()}, ""},
      {"write", {.tls = false, .host = "127.0.0.1", .port = silent.port()}, much},
  };
  for (const auto& [name, origin, body] : cases) {
    SCOPED_TRACE(name);
    Call call(*client_, origin, {.target = "/", .body = body});
    const Result<void> sent = cancelled_during(call, call.send());
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(sent.error().retry, Retry::no);
  }
}

TEST_F(ConnectTest, CancelEndsTheWaitForHeadAndBody) {
  serve([](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
    peer.wait_for_close();
  });
  Call reading(*client_, origin_, {.target = "/"});
  ASSERT_EQ(worker_.run(testing::begin(reading)), 200);
  EXPECT_EQ(cancelled_during(reading, reading.read(plenty)).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(worker_.run(reading.read(plenty)).error().kind, ErrorKind::cancelled) << "and stays so";

  const testing::SilentListener silent;
  Call waiting(*client_, {.tls = false, .host = "127.0.0.1", .port = silent.port()}, {.target = "/"});
  ASSERT_TRUE(worker_.run(waiting.send()));
  EXPECT_EQ(cancelled_during(waiting, waiting.head(plenty)).error().kind, ErrorKind::cancelled);
}

TEST_F(ConnectTest, CancelBeforeTheStartCounts) {
  Call call(*client_, {.tls = true, .host = "hangs.test"}, {.target = "/"});
  call.cancel();
  EXPECT_EQ(worker_.run(call.send()).error().kind, ErrorKind::cancelled);
}

TEST_F(ConnectTest, TheWorkerMayEndWithCallsUnderWay) {
  const testing::SilentListener silent;
  const DnsServer dns([](std::string_view) -> DnsAnswer { return {.silent = true}; });
  use({.dns_servers = dns.servers()});
  std::optional<Result<Answer>> never[3];
  const Origin origins[] = {{.tls = true, .host = "hangs.test"},
                            {.tls = true, .host = "127.0.0.1", .port = silent.port()},
                            {.tls = false, .host = "127.0.0.1", .port = silent.port()}};
  for (int i = 0; i < 3; ++i)
    worker_.start(testing::exchange(*client_, origins[i], {.target = "/"}), never[i]);
  worker_.poll();
  client_.reset();
}

}  // namespace
}  // namespace ccp::upstream
