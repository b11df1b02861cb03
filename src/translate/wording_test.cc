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

TEST(MaskIdentifiers, OwnersInNamesOfResources) {
  EXPECT_EQ(mask_identifiers("no access to arn:aws:bedrock:us-east-1:123456789012:model/x"),
            "no access to arn:aws:bedrock:us-east-1:***:model/x");
  EXPECT_EQ(mask_identifiers("in projects/my-project-123456/locations/x"), "in projects/***/locations/x");
  EXPECT_EQ(mask_identifiers("user_2abcDEF has no credit"), "*** has no credit");
  for (const std::string_view words :
       {"arn:aws:s3:::bucket", "projects/list", "user_name", "many projects"}) {
    EXPECT_EQ(mask_identifiers(words), words);
  }
}

TEST(MaskIdentifiers, FilesOfTheServer) {
  EXPECT_EQ(mask_identifiers("File \"/usr/lib/python3/dist-packages/a.py\", line 3"), "File \"***\", line 3");
  EXPECT_EQ(mask_identifiers("cannot open /home/me/models/x.gguf."), "cannot open ***");
  for (const std::string_view words :
       {"https://example.com/data/x", "/v1/chat/completions", "and/or /data"}) {
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
