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

}  // namespace
}  // namespace ccp::translate
