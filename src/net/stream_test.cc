#include "net/stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <string>

namespace ccp::net {
namespace {

using namespace std::chrono_literals;
using Kind = IoError::Kind;

/// Two connected streams on one worker.
class StreamTest : public ::testing::Test {
 protected:
  StreamTest() {
    Acceptor acceptor(io_.get_executor(), Endpoint(asio::ip::address_v4::loopback(), 0));
    Socket near(io_.get_executor());
    near.connect(acceptor.local_endpoint());
    far_.emplace(acceptor.accept());
    stream_ = plain_stream(std::move(near), deadlines_);
  }

  /// Runs the worker until nothing is left to do.
  void run() {
    io_.restart();
    io_.run();
  }

  template <class T>
  std::optional<T> run(Task<T> task) {
    std::optional<T> result;
    asio::co_spawn(io_.get_executor(), keep(std::move(task), result), asio::detached);
    run();
    return result;
  }

  template <class T>
  static Task<> keep(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  void send(std::string_view bytes) { far_->send(asio::buffer(bytes)); }

  void reset() {
    far_->set_option(asio::socket_base::linger(true, 0));
    far_->close();
  }

  asio::io_context io_;
  Deadlines deadlines_{io_};
  std::optional<Socket> far_;
  std::unique_ptr<Stream> stream_;
  std::array<char, 64> buffer_{};
};

Task<IoResult<std::string>> read_all(Stream& stream) {
  std::string all;
  std::array<char, 64 << 10> buffer;
  for (;;) {
    IoResult<std::size_t> received = co_await stream.read_some(buffer, 10s);
    if (!received && received.error().kind == Kind::eof) co_return all;
    if (!received) co_return std::unexpected(received.error());
    all.append(buffer.data(), *received);
  }
}

Task<> write_and_close(Stream& stream, std::string_view bytes, Kind& failure) {
  IoResult<void> written = co_await stream.write(bytes, 10s);
  if (!written) failure = written.error().kind;
  stream.socket().close();
}

TEST_F(StreamTest, TryReadDoesNotWait) {
  EXPECT_EQ(stream_->try_read(buffer_), 0U);
  send("abc");
  EXPECT_TRUE(run(stream_->wait_readable(10s))->has_value());
  EXPECT_EQ(stream_->try_read(buffer_), 3U);
  EXPECT_EQ(std::string_view(buffer_.data(), 3), "abc");
  EXPECT_EQ(stream_->try_read(buffer_), 0U);
}

TEST_F(StreamTest, ReadSomeGivesWhatIsThere) {
  send("hello");
  EXPECT_EQ(*run(stream_->read_some(buffer_, 10s)), 5U);
}

TEST_F(StreamTest, TimeoutEndsOneWaitOnly) {
  const auto silent = run(stream_->read_some(buffer_, 1ms));
  ASSERT_FALSE(silent->has_value());
  EXPECT_EQ(silent->error().kind, Kind::timeout);
  send("x");
  EXPECT_EQ(*run(stream_->read_some(buffer_, 10s)), 1U);
}

TEST_F(StreamTest, TimeoutOfAReaderLeavesTheWriterWaiting) {
  const std::string much(std::size_t{8} << 20, 'x');
  auto far = plain_stream(std::move(*far_), deadlines_);
  Kind failure = Kind::eof;
  std::optional<IoResult<std::string>> arrived;
  Deadline start_reading(
      deadlines_, [&] { asio::co_spawn(io_.get_executor(), keep(read_all(*far), arrived), asio::detached); });
  start_reading.arm(200ms);
  asio::co_spawn(io_.get_executor(), write_and_close(*stream_, much, failure), asio::detached);
  const auto silent = run(stream_->read_some(buffer_, 1ms));
  ASSERT_FALSE(silent->has_value());
  EXPECT_EQ(silent->error().kind, Kind::timeout);
  EXPECT_EQ(failure, Kind::eof) << "the writer failed";
  ASSERT_TRUE(arrived && *arrived);
  EXPECT_TRUE(**arrived == much);
}

TEST_F(StreamTest, OrderlyCloseIsEofAndResetIsFailed) {
  far_->close();
  auto ended = run(stream_->read_some(buffer_, 10s));
  EXPECT_EQ(ended->error().kind, Kind::eof);
}

TEST_F(StreamTest, ResetIsFailedWithItsCause) {
  reset();
  auto ended = run(stream_->read_some(buffer_, 10s));
  EXPECT_EQ(ended->error().kind, Kind::failed);
  EXPECT_EQ(ended->error().detail, "Connection reset by peer");
}

TEST_F(StreamTest, CancelEndsTheWaitAndAllLaterOperations) {
  Deadline cancel(deadlines_, [&] { stream_->cancel(); });
  cancel.arm(0ms);
  EXPECT_EQ(run(stream_->read_some(buffer_, 1h))->error().kind, Kind::cancelled);
  EXPECT_EQ(stream_->try_read(buffer_).error().kind, Kind::cancelled);
  EXPECT_EQ(run(stream_->wait_readable(1h))->error().kind, Kind::cancelled);
  EXPECT_EQ(run(stream_->write("x", 1h))->error().kind, Kind::cancelled);
}

TEST_F(StreamTest, WriteGivesUpWhenNothingMoves) {
  const std::string much(std::size_t{32} << 20, 'x');
  const auto stalled = run(stream_->write(much, 60ms));
  ASSERT_FALSE(stalled->has_value());
  EXPECT_EQ(stalled->error().kind, Kind::timeout);
}

TEST_F(StreamTest, WriteToAResetPeerFailsWithoutASignal) {
  reset();
  EXPECT_EQ(run(stream_->read_some(buffer_, 10s))->error().kind, Kind::failed);
  EXPECT_EQ(run(stream_->write("x", 1s))->error().detail, "Broken pipe");
}

/// Whether a peer that has ended its side is gone shows when it is sent something.
TEST_F(StreamTest, WatchReportsEndAndCloseOnce) {
  int ended = 0;
  int closed = 0;
  stream_->watch_close([&] { ++closed; },
                       [&] {
                         ++ended;
                         EXPECT_EQ(closed, 0);
                         stream_->try_send("x");
                       });
  far_->close();
  run();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(closed, 1);
}

TEST_F(StreamTest, PeerThatHasEndedItsSideOnlyIsNotGone) {
  int ended = 0;
  stream_->watch_close([] { ADD_FAILURE() << "it still reads"; },
                       [&] {
                         ++ended;
                         stream_->try_send("x");
                         net::asio::post(io_, [this] { stream_->unwatch(); });
                       });
  far_->shutdown(Socket::shutdown_send);
  run();
  EXPECT_EQ(ended, 1);
  char byte = 0;
  EXPECT_EQ(far_->read_some(asio::buffer(&byte, 1)), 1U);
}

TEST_F(StreamTest, WatchReportsReset) {
  int closed = 0;
  stream_->watch_close([&] { ++closed; }, [] { ADD_FAILURE() << "a reset is no end"; });
  reset();
  run();
  EXPECT_EQ(closed, 1);
}

TEST_F(StreamTest, WatchStopsAtPipelinedBytesAndLeavesThem) {
  stream_->watch_close([] { ADD_FAILURE() << "bytes are no close"; },
                       [] { ADD_FAILURE() << "bytes are no end"; });
  send("GET");
  run();  // returns: nothing is watched any more
  EXPECT_EQ(stream_->try_read(buffer_), 3U);
}

TEST_F(StreamTest, UnwatchedStaysSilentAndCanReadAndWatchAgain) {
  stream_->watch_close([] { ADD_FAILURE() << "unwatched"; }, [] { ADD_FAILURE() << "unwatched"; });
  stream_->unwatch();
  send("x");
  EXPECT_EQ(*run(stream_->read_some(buffer_, 10s)), 1U);
  int closed = 0;
  stream_->watch_close([&] { ++closed; }, [&] { stream_->try_send("x"); });
  far_->close();
  run();
  EXPECT_EQ(closed, 1);
}

TEST_F(StreamTest, WatchOfADestroyedStreamIsSilent) {
  stream_->watch_close([] { ADD_FAILURE() << "destroyed"; }, [] { ADD_FAILURE() << "destroyed"; });
  far_->close();
  stream_.reset();
  run();
}

TEST_F(StreamTest, WatcherMayDestroyTheStream) {
  stream_->watch_close([&] { stream_.reset(); }, [] {});
  reset();
  run();
  EXPECT_EQ(stream_, nullptr);
}

TEST_F(StreamTest, WatcherOfTheEndMayDestroyTheStream) {
  stream_->watch_close([] { ADD_FAILURE() << "destroyed"; }, [&] { stream_.reset(); });
  far_->close();
  run();
  EXPECT_EQ(stream_, nullptr);
}

TEST_F(StreamTest, IdleMeansOpenAndSilent) {
  EXPECT_TRUE(stream_->idle());
  send("x");
  EXPECT_TRUE(run(stream_->wait_readable(10s))->has_value());
  EXPECT_FALSE(stream_->idle());
  EXPECT_EQ(stream_->try_read(buffer_), 1U);
  EXPECT_TRUE(stream_->idle());
  far_->close();
  EXPECT_TRUE(run(stream_->wait_readable(10s))->has_value());
  EXPECT_FALSE(stream_->idle());
}

TEST_F(StreamTest, WorkerMayEndWhileACoroutineWaits) {
  std::optional<IoResult<std::size_t>> never;
  asio::co_spawn(io_.get_executor(), keep(stream_->read_some(buffer_, 1h), never), asio::detached);
  io_.poll();
  EXPECT_FALSE(never.has_value());
}

}  // namespace
}  // namespace ccp::net
