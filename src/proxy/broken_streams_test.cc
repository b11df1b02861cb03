#include "proxy/broken_streams.h"

#include <gtest/gtest.h>

namespace ccp::proxy {
namespace {

using namespace std::chrono_literals;

using How = BrokenStreams::How;

const BrokenStreams::Time begin = std::chrono::steady_clock::now();

TEST(BrokenStreams, AreKnownForAWhileAndByModel) {
  BrokenStreams streams;
  streams.note("a", How::broken, begin);
  EXPECT_TRUE(streams.broke_lately("a", begin + 599s));
  EXPECT_FALSE(streams.broke_lately("a", begin + 600s));
  EXPECT_FALSE(streams.broke_lately("b", begin));
}

TEST(BrokenStreams, TheLatestTimeCounts) {
  BrokenStreams streams;
  streams.note("a", How::broken, begin);
  streams.note("a", How::broken, begin + 300s);
  EXPECT_TRUE(streams.broke_lately("a", begin + 800s));
}

TEST(BrokenStreams, TheOldestIsForgottenFirst) {
  BrokenStreams streams(2);
  for (const auto* model : {"a", "b", "a", "c"}) streams.note(model, How::broken, begin);
  EXPECT_TRUE(streams.broke_lately("a", begin));
  EXPECT_FALSE(streams.broke_lately("b", begin));
  EXPECT_TRUE(streams.broke_lately("c", begin));
}

TEST(BrokenStreams, LostCallsAreOfTheirOwnKind) {
  BrokenStreams streams;
  streams.note("a", How::broken, begin);
  EXPECT_FALSE(streams.lost_call_lately("a", begin));
  streams.note("a", How::without_call, begin);
  streams.note("a", How::broken, begin + 1s);
  EXPECT_TRUE(streams.lost_call_lately("a", begin + 599s));
  EXPECT_FALSE(streams.lost_call_lately("a", begin + 600s));
  EXPECT_FALSE(streams.lost_call_lately("b", begin));
}

}  // namespace
}  // namespace ccp::proxy
