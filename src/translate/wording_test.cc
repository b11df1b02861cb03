#include "translate/wording.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

TEST(Wording, ContainsAnyOfThePhrases) {
  EXPECT_TRUE(contains_any("a long text", {"short", "long"}));
  EXPECT_FALSE(contains_any("a long text", {"short", "Long"}));
  EXPECT_FALSE(contains_any("a long text", {}));
}

TEST(MaskIdentifiers, LettersAloneAreAnIdFromTwentyOn) {
  EXPECT_EQ(mask_identifiers("sk-abcdefghijklmnopqrst"), "***");
  for (const std::string_view words : {"sk-abcdefghijklmnopqrs", "org-wideness", "proj-management"}) {
    EXPECT_EQ(mask_identifiers(words), words);
  }
}

TEST(MaskIdentifiers, ALongHexNumberIsAWordOfItsOwn) {
  const std::string number = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(mask_identifiers(number), "***");
  EXPECT_EQ(mask_identifiers(number + ", " + number + "."), "***, ***.");
  for (const auto& other : {number + "ghost", number.substr(1)}) EXPECT_EQ(mask_identifiers(other), other);
}

}  // namespace
}  // namespace ccp::translate
