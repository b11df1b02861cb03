#include "memory/answer_lengths.h"

#include <gtest/gtest.h>

namespace ccp::memory {
namespace {

TEST(AnswerLengths, TheLongestOfTheLatestFourCounts) {
  AnswerLengths lengths;
  EXPECT_EQ(lengths.longest("a"), 0);
  for (const int tokens : {9'000, 20, 30, 40}) lengths.keep("a", tokens);
  EXPECT_EQ(lengths.longest("a"), 9'000);
  lengths.keep("a", 50);
  EXPECT_EQ(lengths.longest("a"), 50);
}

TEST(AnswerLengths, SessionsAreApart) {
  AnswerLengths lengths;
  lengths.keep("a", 5);
  EXPECT_EQ(lengths.longest("b"), 0);
}

TEST(AnswerLengths, TheLongestUnusedSessionIsForgotten) {
  AnswerLengths lengths(2);
  lengths.keep("a", 1);
  lengths.keep("b", 2);
  lengths.keep("a", 3);
  lengths.keep("c", 4);
  EXPECT_EQ(lengths.longest("a"), 3);
  EXPECT_EQ(lengths.longest("b"), 0);
  EXPECT_EQ(lengths.longest("c"), 4);
}

}  // namespace
}  // namespace ccp::memory
