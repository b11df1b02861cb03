#include "base/percent.h"

#include <gtest/gtest.h>

namespace ccp {
namespace {

TEST(Percent, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a b/c?\xC3\xA4"), "a%20b%2Fc%3F%C3%A4");
}

TEST(Percent, DecodesAndLeavesWhatIsNoEscape) {
  EXPECT_EQ(percent_decoded("openai%2Fgpt-4o%20x"), "openai/gpt-4o x");
  for (const char* text : {"100%", "%2", "%zz%-1", ""}) EXPECT_EQ(percent_decoded(text), text);
}

}  // namespace
}  // namespace ccp
