#include "provider/windows.h"

#include <gtest/gtest.h>

namespace ccp::provider {
namespace {

using std::chrono::minutes;

constexpr Windows::Clock::time_point start{};

TEST(PublishedWindow, TheLongestFamilyCounts) {
  EXPECT_EQ(published_window("x.test", "gpt-4o"), 128'000);
  EXPECT_EQ(published_window("x.test", "gpt-4o-mini-2024-07-18"), 128'000);
  EXPECT_EQ(published_window("x.test", "openai/gpt-4.1-mini"), 1'047'576);
  EXPECT_EQ(published_window("x.test", "gpt-5-mini"), 400'000);
  EXPECT_EQ(published_window("x.test", "gpt-5-chat-latest"), 128'000);
}

TEST(PublishedWindow, WhatIsNotInTheTableIsNotGuessed) {
  for (const char* model : {"gpt-5.9", "gpt-4ox", "gpt-55", "llama3", "", "o33"})
    EXPECT_EQ(published_window("x.test", model), std::nullopt) << model;
  EXPECT_EQ(published_window("localhost", "gemini-2.0-flash"), std::nullopt);
  EXPECT_EQ(published_window("generativelanguage.googleapis.com", "gemini-2.5-pro"), 1'048'576);
}

TEST(Windows, SetCountsAboveLearnedAboveAllPublished) {
  Windows set("x.test", 5'000);
  EXPECT_TRUE(set.learn("gpt-4o", 9'000, start));
  EXPECT_EQ(set.known("gpt-4o"), 5'000);
  EXPECT_EQ(set.certain("anything", start + minutes(60)), 5'000);

  Windows learning("x.test", 0);
  EXPECT_EQ(learning.known("gpt-4o"), 128'000);
  EXPECT_EQ(learning.known("local"), std::nullopt);
  EXPECT_TRUE(learning.learn("gpt-4o", 64'000, start));
  EXPECT_FALSE(learning.learn("gpt-4o", 64'000, start));
  EXPECT_TRUE(learning.learn("gpt-4o", 65'000, start));
  EXPECT_EQ(learning.known("gpt-4o"), 65'000);
}

TEST(Windows, ALearnedOneRefusesNothingOnceItIsOld) {
  Windows windows("x.test", 0);
  windows.learn("local", 4'096, start);
  EXPECT_EQ(windows.certain("local", start + minutes(10)), 4'096);
  EXPECT_EQ(windows.certain("local", start + minutes(11)), std::nullopt);
  EXPECT_EQ(windows.known("local"), 4'096);
  windows.learn("local", 4'096, start + minutes(11));
  EXPECT_EQ(windows.certain("local", start + minutes(12)), 4'096);
}

TEST(Windows, TheOldestIsForgotten) {
  Windows windows("x.test", 0);
  for (std::size_t i = 0; i <= Windows::capacity; ++i)
    windows.learn("m" + std::to_string(i), 4'096, start + std::chrono::seconds(i));
  EXPECT_EQ(windows.known("m0"), std::nullopt);
  EXPECT_EQ(windows.known("m1"), 4'096);
  EXPECT_EQ(windows.known("m256"), 4'096);
}

}  // namespace
}  // namespace ccp::provider
