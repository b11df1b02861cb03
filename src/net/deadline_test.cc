#include "net/deadline.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace ccp::net {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Deadline, FiresOnceNeverEarlyAndAtMostOneTickLate) {
  asio::io_context io;
  Deadlines deadlines(io);
  int fired = 0;
  Deadline deadline(deadlines, [&] { ++fired; });
  const auto start = Clock::now();
  deadline.arm(120ms);
  io.run();
  const auto took = Clock::now() - start;
  EXPECT_EQ(fired, 1);
  EXPECT_GE(took, 120ms);
  EXPECT_LT(took, 120ms + 4 * Deadlines::resolution) << "generous, for a busy machine";
}

TEST(Deadline, ZeroFiresAtTheNextTickNotAtOnce) {
  asio::io_context io;
  Deadlines deadlines(io);
  bool fired = false;
  Deadline deadline(deadlines, [&] { fired = true; });
  deadline.arm(0ms);
  EXPECT_FALSE(fired);
  io.run();
  EXPECT_TRUE(fired);
}

TEST(Deadline, DisarmedOrDestroyedStaysSilentAndTheTickEnds) {
  asio::io_context io;
  Deadlines deadlines(io);
  Deadline disarmed(deadlines, [] { ADD_FAILURE() << "disarmed"; });
  disarmed.arm(0ms);
  disarmed.disarm();
  {
    Deadline destroyed(deadlines, [] { ADD_FAILURE() << "destroyed"; });
    destroyed.arm(1h);
  }
  io.run();  // would not return while something is armed
}

TEST(Deadline, RearmingReplacesTheOldTime) {
  asio::io_context io;
  Deadlines deadlines(io);
  int fired = 0;
  Deadline deadline(deadlines, [&] { ++fired; });
  deadline.arm(1h);
  deadline.arm(0ms);
  deadline.arm(10ms);
  io.run();
  EXPECT_EQ(fired, 1);
}

TEST(Deadline, CallbackMayRearmItself) {
  asio::io_context io;
  Deadlines deadlines(io);
  int fired = 0;
  std::unique_ptr<Deadline> deadline;
  deadline = std::make_unique<Deadline>(deadlines, [&] {
    if (++fired < 3) deadline->arm(0ms);
  });
  deadline->arm(0ms);
  io.run();
  EXPECT_EQ(fired, 3);
}

TEST(Deadline, CallbackMayDestroyItselfAndOthersThatAreDue) {
  asio::io_context io;
  Deadlines deadlines(io);
  int fired = 0;
  std::vector<std::unique_ptr<Deadline>> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(std::make_unique<Deadline>(deadlines, [&] {
      ++fired;
      all.clear();
    }));
    all.back()->arm(0ms);
  }
  io.run();
  EXPECT_EQ(fired, 1);
}

TEST(Deadline, ManyAtDifferentTimesFireInTheirTicks) {
  asio::io_context io;
  Deadlines deadlines(io);
  std::vector<int> order;
  Deadline late(deadlines, [&] { order.push_back(2); });
  Deadline early(deadlines, [&] { order.push_back(1); });
  Deadline never(deadlines, [&] { order.push_back(3); });
  late.arm(150ms);
  early.arm(1ms);
  never.arm(1h);
  while (order.size() < 2) io.run_one();
  never.disarm();
  io.run();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Deadlines, MayGoBeforeAnArmedDeadlineAtTheEndOfAWorker) {
  asio::io_context io;
  auto deadlines = std::make_unique<Deadlines>(io);
  Deadline deadline(*deadlines, [] { ADD_FAILURE() << "its worker has ended"; });
  deadline.arm(0ms);
  deadlines.reset();
  deadline.disarm();
  io.run();
}

}  // namespace
}  // namespace ccp::net
