#include "proxy/turns.h"

#include <gtest/gtest.h>

#include <string>

namespace ccp::proxy {
namespace {

TEST(Turns, InOrderAndNoMoreThanAllowed) {
  net::asio::io_context io{1};
  Turns turns(io, 2);
  std::string order;
  std::size_t running = 0;
  std::size_t most = 0;
  const auto work = [&](char name) -> net::Task<void> {
    const auto turn = co_await turns.next();
    order += name;
    most = std::max(most, ++running);
    co_await net::asio::post(io, net::use_task);  // the others get their chance
    --running;
  };
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) {
    net::asio::co_spawn(io, work(name), net::asio::detached);
  }
  io.run();
  EXPECT_EQ(order, "abcde");
  EXPECT_EQ(most, 2U);
}

}  // namespace
}  // namespace ccp::proxy
