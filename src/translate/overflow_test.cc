#include "translate/overflow.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

std::string told(std::string words) {
  return overflow_message({.message = std::move(words), .type = {}, .code = {}, .param = {}}).value_or("");
}

// The wordings themselves are the golden cases error-overflow-*; here is what the numbers must say.
TEST(Overflow, NumbersThatFitAreNotToldAsAnExcess) {
  EXPECT_EQ(told("maximum context length is 8192 tokens: 4096 in the messages, 4097 in the completion"),
            "prompt is too long: 8193 tokens > 8192 maximum");
  constexpr auto fits = "maximum context length is 8192 tokens: 4096 in the messages, 4096 in the completion";
  EXPECT_EQ(told(fits), std::string("prompt is too long: ") + fits);
}

TEST(Overflow, NumbersBelowAThousandAndIdsAreNoCounts) {
  EXPECT_EQ(told("maximum context length is 1000 tokens, requested 2000"),
            "prompt is too long: 2000 tokens > 1000 maximum");
  constexpr auto small = "maximum context length is 999 tokens, requested 998";
  EXPECT_EQ(told(small), std::string("prompt is too long: ") + small);
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000 tokens, token 1752000000000"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 900000000000 tokens"),
            "prompt is too long: 900000000000 tokens > 8192 maximum");
}

TEST(Overflow, WhatIsSaidOfOneNumberIsNotSaidOfTheNext) {
  EXPECT_EQ(told("maximum context length is 8192 tokens (max_tokens 500, prompt 9000)"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("context length exceeded: 8192, 9000 input tokens"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000, tokens/s 20000.5"),
            "prompt is too long: 9000 tokens > 8192 maximum");
}

TEST(Overflow, OnlyAnOverflowTeachesTheWindow) {
  const auto limit = [](std::string words) {
    return overflow_limit({.message = std::move(words), .type = {}, .code = {}, .param = {}}).value_or(0);
  };
  EXPECT_EQ(limit("maximum context length is 8192 tokens, requested 9000"), 8192);
  EXPECT_EQ(limit("prompt is too long"), 0);
  EXPECT_EQ(limit("the limit is 8192 tokens per minute, requested 9000"), 0);
}

TEST(Overflow, DigitsThatArePartOfAWordAreNoCount) {
  for (const std::string_view word : {"20000ms", "20000_x", "x20000", "a20000", "z20000", "20000a", "20000z",
                                      "req-20000", "1.20000", "20000.5", "20000-b"}) {
    EXPECT_EQ(told("limit: maximum context length is 8192 tokens, requested " + std::string(word) +
                   " (9000 tokens)"),
              "prompt is too long: 9000 tokens > 8192 maximum")
        << word;
  }
  EXPECT_EQ(told("9000 tokens, but the maximum context length is 8192"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000."),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000"),
            "prompt is too long: 9000 tokens > 8192 maximum");
}

}  // namespace
}  // namespace ccp::translate
