#include "memory/broken_streams.h"

#include <gtest/gtest.h>

namespace ccp::memory {
namespace {

using namespace std::chrono_literals;

using How = BrokenStreams::How;

const BrokenStreams::Time begin = std::chrono::steady_clock::now();

TEST(BrokenStreams, AreKnownForAWhileAndByModel) {
  BrokenStreams streams;
  streams.note("a", How::broken, begin);
  EXPECT_EQ(streams.what_happened("a", begin + 599s), How::broken);
  EXPECT_EQ(streams.what_happened("a", begin + 600s), std::nullopt);
  EXPECT_EQ(streams.what_happened("b", begin), std::nullopt);
}

TEST(BrokenStreams, TheLatestTimeCounts) {
  BrokenStreams streams;
  streams.note("a", How::broken, begin);
  streams.note("a", How::broken, begin + 300s);
  EXPECT_EQ(streams.what_happened("a", begin + 800s), How::broken);
}

TEST(BrokenStreams, TheOldestIsForgottenFirst) {
  BrokenStreams streams(2);
  for (const auto* model : {"a", "b", "a", "c"}) streams.note(model, How::broken, begin);
  EXPECT_EQ(streams.what_happened("a", begin), How::broken);
  EXPECT_EQ(streams.what_happened("b", begin), std::nullopt);
  EXPECT_EQ(streams.what_happened("c", begin), How::broken);
}

TEST(BrokenStreams, ALostCallIsTheWorst) {
  BrokenStreams streams;
  streams.note("a", How::without_call, begin);
  streams.note("a", How::broken, begin + 1s);
  EXPECT_EQ(streams.what_happened("a", begin + 599s), How::without_call);
  EXPECT_EQ(streams.what_happened("a", begin + 600s), How::broken);
}

TEST(BrokenStreams, NewsIsWhatIsWorseThanBefore) {
  BrokenStreams streams;
  EXPECT_TRUE(streams.note("a", How::broken, begin));
  EXPECT_FALSE(streams.note("a", How::broken, begin + 1s));
  EXPECT_TRUE(streams.note("a", How::without_call, begin + 2s));
  EXPECT_FALSE(streams.note("a", How::without_call, begin + 3s));
  EXPECT_FALSE(streams.note("a", How::broken, begin + 4s));
  EXPECT_TRUE(streams.note("a", How::broken, begin + 604s));
}

}  // namespace
}  // namespace ccp::memory
