#include "doctor/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/checks.h"

namespace ccp::doctor {
namespace {

using testing::ElementsAre;

const std::vector<std::string> models = {"gpt-4o",        "gpt-4o-mini",          "gpt-4.1",
                                         "openai/gpt-4o", "llama3.1:8b-instruct", "text-embedding-3-small"};

TEST(NearMatches, BestFirst) {
  EXPECT_THAT(near_matches("gpt-40", models), testing::Contains("gpt-4o"));
  EXPECT_EQ(near_matches("GPT-4O", models).front(), "gpt-4o");
  EXPECT_THAT(near_matches("llama3.1", models), ElementsAre("llama3.1:8b-instruct"));
  EXPECT_THAT(near_matches("vendor/gpt-4.1", models), testing::Contains("gpt-4.1"));
}

TEST(NearMatches, NothingWhereNothingIsNear) {
  EXPECT_THAT(near_matches("claude-opus", models), ElementsAre());
  EXPECT_THAT(near_matches("x", {}), ElementsAre());
}

TEST(Render, TheCureStandsBelow) {
  EXPECT_EQ(render({Verdict::fail, "key", "refused", "set it"}, false),
            "FAIL  key           refused\n                    -> set it\n");
  EXPECT_EQ(render({Verdict::ok, "key", "fine", ""}, false), "ok    key           fine\n");
}

TEST(KnownBaseUrl, HostsThatAreKnownByName) {
  EXPECT_EQ(known_base_url(*upstream::parse_origin("https://openrouter.ai/v1")),
            "https://openrouter.ai/api/v1");
  EXPECT_EQ(known_base_url(*upstream::parse_origin("https://example.test")), "");
}

}  // namespace
}  // namespace ccp::doctor
