#include "proxy/broken_streams.h"

#include <gtest/gtest.h>

namespace ccp::proxy {
namespace {

using namespace std::chrono_literals;

const BrokenStreams::Time begin = std::chrono::steady_clock::now();

TEST(BrokenStreams, AreKnownForAWhileAndByModel) {
  BrokenStreams streams;
  streams.note("a", begin);
  EXPECT_TRUE(streams.broke_lately("a", begin + 599s));
  EXPECT_FALSE(streams.broke_lately("a", begin + 600s));
  EXPECT_FALSE(streams.broke_lately("b", begin));
}

TEST(BrokenStreams, TheLatestTimeCounts) {
  BrokenStreams streams;
  streams.note("a", begin);
  streams.note("a", begin + 300s);
  EXPECT_TRUE(streams.broke_lately("a", begin + 800s));
}

TEST(BrokenStreams, TheOldestIsForgottenFirst) {
  BrokenStreams streams(2);
  for (const auto* model : {"a", "b", "a", "c"}) streams.note(model, begin);
  EXPECT_TRUE(streams.broke_lately("a", begin));
  EXPECT_FALSE(streams.broke_lately("b", begin));
  EXPECT_TRUE(streams.broke_lately("c", begin));
}

}  // namespace
}  // namespace ccp::proxy
