#include "translate/thinking_state.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

const ThinkingSeal seal("sk-provider", "api.example.com");

ThinkingState state() {
  return {.details_json = R"([{"type":"reasoning.encrypted","data":"é+/="}])",
          .calls = {{"call_1", R"({"google":{"thought_signature":"s"}})"}},
          .message_json = R"({"google":{"thought_signature":"t"}})"};
}

TEST(ThinkingSeal, WhatWasSignedIsFoundAgain) {
  const auto signature = seal.sign("m", "why", state());
  const auto opened = seal.open("m", "why", signature);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->details_json, state().details_json);
  EXPECT_EQ(opened->calls, state().calls);
  EXPECT_EQ(opened->message_json, state().message_json);
  ASSERT_TRUE(seal.open("m", "why", seal.sign("m", "why", {})));
  EXPECT_TRUE(seal.open("m", "why", seal.sign("m", "why", {}))->empty());
}

TEST(ThinkingSeal, RestartsAndReplicasAgree) {
  EXPECT_TRUE(
      ThinkingSeal("sk-provider", "api.example.com").open("m", "why", seal.sign("m", "why", state())));
}

TEST(ThinkingSeal, EverythingElseIsDropped) {
  const auto signature = seal.sign("m", "why", state());
  EXPECT_FALSE(seal.open("m2", "why", signature));
  EXPECT_FALSE(seal.open("m", "why not", signature));
  EXPECT_FALSE(ThinkingSeal("sk-other", "api.example.com").open("m", "why", signature));
  EXPECT_FALSE(ThinkingSeal("sk-provider", "example.com").open("m", "why", signature));
  for (const std::string_view other : {"", "ccp1", "ccp2.", "ccp2.AAAA", "ccp2.!!!!", "ErUBCkYI"}) {
    EXPECT_FALSE(seal.open("m", "why", other)) << other;
  }
  for (std::size_t i = 5; i + 2 < signature.size(); ++i) {
    auto forged = signature;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal.open("m", "why", forged)) << i;
  }
}

// "ab" + "c" and "a" + "bc" must not have the same tag.
TEST(ThinkingSeal, PartsDoNotRunIntoEachOther) {
  EXPECT_FALSE(seal.open("ma", "b", seal.sign("m", "ab", {})));
}

TEST(ThinkingState, ALaterBlockOfTheMessageHasMore) {
  auto merged = state();
  merged.merge({.details_json = "[1,2]", .calls = {{"call_2", "{}"}}, .message_json = {}});
  EXPECT_EQ(merged.details_json, "[1,2]");
  EXPECT_EQ(merged.calls.size(), 2U);
  EXPECT_EQ(merged.message_json, state().message_json);
  merged.merge({.details_json = {}, .calls = {}, .message_json = "{}"});
  EXPECT_EQ(merged.details_json, "[1,2]");
  EXPECT_EQ(merged.message_json, "{}");
}

TEST(ThinkingSeal, WhatIsNoJsonIsLeftOut) {
  const auto opened = seal.open(
      "m", "why",
      seal.sign("m", "why",
                {.details_json = "[1,", .calls = {{"1", "{}"}, {"2", "{x}"}}, .message_json = "no"}));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->details_json, "");
  EXPECT_EQ(opened->calls, (std::map<std::string, std::string>{{"1", "{}"}}));
  EXPECT_EQ(opened->message_json, "");
  const auto nothing =
      seal.open("m", "why", seal.sign("m", "why", {.details_json = "[1,", .calls = {}, .message_json = {}}));
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
}

TEST(ThinkingSeal, TooMuchStateIsNotCarried) {
  constexpr std::size_t frame = std::string_view(R"({"m":""})").size();
  const auto of_size = [](std::size_t bytes) {
    return ThinkingState{
        .details_json = {}, .calls = {}, .message_json = "\"" + std::string(bytes - frame, 'x') + "\""};
  };
  const auto largest = of_size(ThinkingSeal::limit);
  const auto carried = seal.open("m", "why", seal.sign("m", "why", largest));
  ASSERT_TRUE(carried);
  EXPECT_EQ(carried->message_json, largest.message_json);
  const auto signature = seal.sign("m", "why", of_size(ThinkingSeal::limit + 1));
  EXPECT_LT(signature.size(), 100U);
  ASSERT_TRUE(seal.open("m", "why", signature));
  EXPECT_TRUE(seal.open("m", "why", signature)->empty());
}

TEST(ThinkingSeal, ATextThatTheClientDoesNotGetRidesInTheSignature) {
  const ThinkingSeal own("key", "host");
  const auto signature = own.sign("m", {}, {.text = "why \u00e9"});
  const auto state = own.open("m", {}, signature);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->text, "why \u00e9");
  EXPECT_FALSE(state->empty());
}

}  // namespace
}  // namespace ccp::translate
