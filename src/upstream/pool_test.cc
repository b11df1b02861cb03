#include "upstream/pool.h"

#include <gtest/gtest.h>

#include <vector>

#include "upstream/testing/worker.h"

namespace ccp::upstream {
namespace {

using namespace std::chrono_literals;

const Origin origin{.tls = false, .host = "a", .port = 80, .prefix = "/v1"};

class PoolTest : public ::testing::Test {
 protected:
  /// A connected stream; its other end is the last of `far_`.
  std::unique_ptr<net::Stream> stream() {
    net::Socket near(worker_.io.get_executor());
    near.connect(acceptor_.local_endpoint());
    far_.push_back(acceptor_.accept());
    return net::plain_stream(std::move(near), worker_.deadlines);
  }

  net::Stream* put(Pool& pool, const Origin& to = origin) {
    std::unique_ptr<net::Stream> made = stream();
    net::Stream* const put = made.get();
    pool.put(to, std::move(made));
    return put;
  }

  testing::Worker worker_;
  net::Acceptor acceptor_{worker_.io.get_executor(), net::Endpoint(net::asio::ip::address_v4::loopback(), 0)};
  std::vector<net::Socket> far_;
};

TEST_F(PoolTest, GivesTheLatestFirst) {
  Pool pool(worker_.deadlines, 1h, 8);
  net::Stream* const first = put(pool);
  net::Stream* const second = put(pool);
  EXPECT_EQ(pool.take(origin).get(), second);
  EXPECT_EQ(pool.take(origin).get(), first);
  EXPECT_EQ(pool.take(origin), nullptr);
}

TEST_F(PoolTest, KeepsOriginsApartButNotPrefixes) {
  Pool pool(worker_.deadlines, 1h, 8);
  put(pool);
  for (const Origin& other :
       {Origin{.tls = true, .host = "a", .port = 80}, Origin{.tls = false, .host = "b", .port = 80},
        Origin{.tls = false, .host = "a", .port = 81}})
    EXPECT_EQ(pool.take(other), nullptr);
  EXPECT_NE(pool.take({.tls = false, .host = "a", .port = 80, .prefix = "/v2"}), nullptr);
}

TEST_F(PoolTest, DisplacesTheOldestAboveItsLimit) {
  Pool pool(worker_.deadlines, 1h, 2);
  put(pool);
  net::Stream* const second = put(pool);
  net::Stream* const third = put(pool);
  EXPECT_EQ(pool.size(), 2U);
  EXPECT_EQ(pool.take(origin).get(), third);
  EXPECT_EQ(pool.take(origin).get(), second);
  EXPECT_EQ(pool.take(origin), nullptr);
}

TEST_F(PoolTest, ZeroKeepsNothing) {
  Pool pool(worker_.deadlines, 1h, 0);
  put(pool);
  EXPECT_EQ(pool.size(), 0U);
}

TEST_F(PoolTest, DropsConnectionsThatClosedOrTalk) {
  Pool pool(worker_.deadlines, 1h, 8);
  net::Stream* const good = put(pool);
  put(pool);
  far_.back().close();
  put(pool);
  far_.back().send(net::asio::buffer("x", 1));
  EXPECT_EQ(pool.take(origin).get(), good);
  EXPECT_EQ(pool.size(), 0U);
}

TEST_F(PoolTest, ClosesConnectionsThatIdleTooLong) {
  Pool pool(worker_.deadlines, 60ms, 8);
  put(pool);
  worker_.run_until([&] { return pool.size() == 0; });
  char byte = 0;
  boost::system::error_code error;
  far_.back().receive(net::asio::buffer(&byte, 1), 0, error);
  EXPECT_EQ(error, net::asio::error::eof);
}

TEST_F(PoolTest, DoesNotGiveWhatIsTooOld) {
  Pool pool(worker_.deadlines, 0ms, 8);
  put(pool);
  EXPECT_EQ(pool.take(origin), nullptr);
}

TEST_F(PoolTest, ClearClosesThemAndTheWorkerCanEnd) {
  Pool pool(worker_.deadlines, 1h, 8);
  put(pool);
  pool.clear();
  EXPECT_EQ(pool.size(), 0U);
  worker_.io.restart();
  worker_.io.run();  // would not return while the sweep is armed
}

}  // namespace
}  // namespace ccp::upstream
