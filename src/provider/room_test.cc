#include "provider/room.h"

#include <gtest/gtest.h>

namespace ccp::provider {
namespace {

TEST(Room, IsWhatThePromptLeavesWithAMargin) {
  EXPECT_EQ(room(8'000, {.prompt = 5'000}), 2'750);
  EXPECT_EQ(room(8'000, {.prompt = 8'000}), -400);
}

TEST(Room, UsefulIsATenthOfASmallWindow) {
  EXPECT_EQ(useful_room(8'000, {}), 800);
  EXPECT_EQ(useful_room(40'959, {}), 4'095);
}

TEST(Room, UsefulIs4096TokensOfALargeWindow) {
  EXPECT_EQ(useful_room(40'960, {}), 4'096);
  EXPECT_EQ(useful_room(1'000'000, {}), 4'096);
}

TEST(Room, UsefulIsWhatTheLatestAnswersTook) {
  EXPECT_EQ(useful_room(128'000, {.recent = 9'000}), 9'000);
  EXPECT_EQ(useful_room(128'000, {.recent = 100}), 4'096);
}

TEST(Room, OneLongAnswerDoesNotTakeTheWholeWindow) {
  EXPECT_EQ(useful_room(128'000, {.recent = 100'000}), 32'000);
}

TEST(Room, NoMoreIsUsefulThanIsAskedFor) {
  EXPECT_EQ(useful_room(128'000, {.asked = 64, .recent = 9'000}), 64);
  EXPECT_EQ(useful_room(128'000, {.asked = 9'001, .recent = 9'000}), 9'000);
}

TEST(Room, WhatIsToldLeavesRoomForASummaryAndAnAnswer) {
  const Demand demand{.prompt = 120'000, .asked = 32'000};
  EXPECT_EQ(told_length(128'000, demand), 126'000 + 8'192);
}

/// Whoever leaves out as much as it is told to has useful room in every window.
TEST(Room, LeavingOutTheDifferenceIsEnough) {
  for (const std::int64_t window : {8'000, 16'000, 32'000, 64'000, 128'000, 200'000, 1'000'000}) {
    const Demand demand{.prompt = window, .asked = 32'000};
    ASSERT_LT(room(window, demand), useful_room(window, demand));
    const auto left = demand.prompt - (told_length(window, demand) - window);
    const Demand next{.prompt = left, .asked = 32'000};
    EXPECT_GE(room(window, next), useful_room(window, next)) << window;
  }
}

}  // namespace
}  // namespace ccp::provider
