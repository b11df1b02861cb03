#include "proxy/keep_awake.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace ccp::proxy {
namespace {

using std::chrono::milliseconds;

/// Writes down what happens; a ping takes until `release`.
class Client final : public Waiting {
 public:
  explicit Client(net::asio::io_context& io) : sending_(io) {
    sending_.expires_at(net::Timer::time_point::max());
  }
  [[nodiscard]] milliseconds until_ping() const override { return milliseconds(0); }
  net::Task<Result<void>> keep_alive() override {
    if (throws) throw std::bad_alloc();
    said += "ping ";
    begun = true;
    boost::system::error_code ignored;
    co_await sending_.async_wait(net::asio::redirect_error(net::use_task, ignored));
    said += "sent ";
    co_return gone ? Result<void>(client_error(ErrorKind::cancelled, "gone")) : Result<void>();
  }
  void release() { sending_.cancel(); }

  std::string said;
  bool begun = false;
  bool gone = false;
  bool throws = false;

 private:
  net::Timer sending_;
};

class KeepAwake : public testing::Test {
 protected:
  /// Awaits a ping that hangs, then ends, as `end` says.
  net::Task<int> work(bool fails) {
    while (!client_.begun && !client_.throws) co_await turn();
    client_.said += "worked ";
    net::asio::post(io_, [this] { client_.release(); });
    if (fails) throw std::runtime_error("broken");
    co_return 7;
  }
  net::Task<void> turn() { co_await net::asio::post(io_, net::use_task); }

  std::string run(bool fails) {
    std::string outcome = "never ended";
    net::asio::co_spawn(
        io_, [&]() -> net::Task<int> { return keep_awake(io_, client_, work(fails)); },
        [&](const std::exception_ptr& failure, int result) {
          outcome = failure ? "failed" : std::to_string(result);
          client_.said += "ended";
        });
    io_.run();
    return outcome;
  }

  net::asio::io_context io_;
  Client client_{io_};
};

TEST_F(KeepAwake, EndsBehindThePingUnderWay) {
  EXPECT_EQ(run(false), "7");
  EXPECT_EQ(client_.said, "ping worked sent ended");
}

/// The frame that owns the client goes with an exception: no ping may outlive it.
TEST_F(KeepAwake, AnExceptionWaitsForThePingUnderWayToo) {
  EXPECT_EQ(run(true), "failed");
  EXPECT_EQ(client_.said, "ping worked sent ended");
}

TEST_F(KeepAwake, AClientThatIsGoneEndsThePingsOnly) {
  client_.gone = true;
  EXPECT_EQ(run(false), "7");
  EXPECT_EQ(client_.said, "ping worked sent ended");
}

TEST_F(KeepAwake, APingThatThrowsEndsThePingsOnly) {
  client_.throws = true;
  EXPECT_EQ(run(false), "7");
  EXPECT_EQ(client_.said, "worked ended");
}

TEST_F(KeepAwake, BothMayFail) {
  client_.throws = true;
  EXPECT_EQ(run(true), "failed");
}

}  // namespace
}  // namespace ccp::proxy
