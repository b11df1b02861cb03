#include <fmt/format.h>
#include <gtest/gtest.h>

#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

constexpr std::string_view ours = R"({"type":"thinking","thinking":"why","signature":"ours"},)";
constexpr std::string_view foreign = R"({"type":"thinking","thinking":"why","signature":"c2ln"},)";
constexpr std::string_view text = R"({"type":"text","text":"a"})";

std::string call(std::string_view id) {
  return R"({"type":"tool_use","id":")" + std::string(id) + R"(","name":"T","input":{}})";
}

/// What is sent of an assistant message beside role, content and tool calls' usual fields.
std::string sent(std::string_view thinking, std::string_view block, const Profile& profile) {
  auto json = sent_messages(
      R"({"role":"assistant","content":[)" + std::string(thinking) + std::string(block) + "]}", profile);
  return json.substr(0, json.find(R"(,{"role":"tool")"));
}

constexpr std::string_view replayed = R"("reasoning_content":"why")";

TEST(Assistant, ThinkingGoesBackWhereItIsWanted) {
  struct Case {
    Replay replay;
    bool with_call, with_text;
  };
  for (const auto& test : {Case{Replay::none, false, false}, Case{Replay::tool_turns, true, false},
                           Case{Replay::required, true, false}, Case{Replay::always, true, true},
                           Case{Replay::details, false, false}}) {
    const Profile profile{.replay = test.replay};
    EXPECT_EQ(sent(ours, call("1"), profile).contains(replayed), test.with_call);
    EXPECT_EQ(sent(ours, text, profile).contains(replayed), test.with_text);
    EXPECT_FALSE(sent(foreign, call("1"), profile).contains("why"));
  }
}

TEST(Assistant, ThinkingWithoutDetailsGoesBackInWords) {
  constexpr std::string_view words = R"("reasoning":"why")";
  for (const auto replay : {Replay::details, Replay::reasoning}) {
    EXPECT_TRUE(sent(ours, call("1"), {.replay = replay}).contains(words));
    EXPECT_TRUE(sent(ours, text, {.replay = replay}).contains(words));
    EXPECT_FALSE(sent(foreign, text, {.replay = replay}).contains("reasoning"));
  }
  EXPECT_FALSE(sent("", call("remembered"), {.replay = Replay::details}).contains(R"("reasoning":)"));
  EXPECT_TRUE(
      sent("", call("remembered"), {.replay = Replay::reasoning}).contains(R"("reasoning":"recalled")"));
}

TEST(Assistant, ALostThoughtIsABlankOnlyWhereItIsRequired) {
  EXPECT_TRUE(sent(foreign, call("1"), {.replay = Replay::required}).contains(R"("reasoning_content":" ")"));
  EXPECT_FALSE(sent(foreign, text, {.replay = Replay::required}).contains("reasoning_content"));
  EXPECT_FALSE(sent(foreign, call("1"), {.replay = Replay::tool_turns}).contains("reasoning_content"));
}

TEST(Assistant, ADroppedThoughtIsRememberedByItsCall) {
  EXPECT_TRUE(sent("", call("remembered"), {.replay = Replay::tool_turns})
                  .contains(R"("reasoning_content":"recalled")"));
  EXPECT_TRUE(sent(ours, call("remembered"), {.replay = Replay::tool_turns}).contains(replayed))
      << "the block counts more than the memory";
  EXPECT_TRUE(sent("", call("unknown") + "," + call("remembered"), {.replay = Replay::tool_turns})
                  .contains(R"("reasoning_content":"recalled")"))
      << "one of the calls is enough";
  EXPECT_TRUE(sent("", call("remembered"), {.replay = Replay::details})
                  .contains(R"("reasoning_details":[{"type":"reasoning.encrypted","data":"x"}])"));
}

TEST(Assistant, ThoughtSignaturesGoBackWithTheirCall) {
  constexpr std::string_view state = R"({"type":"redacted_thinking","data":"state"},)";
  constexpr std::string_view extra = R"("extra_content":{"google":{"thought_signature":"s"}})";
  constexpr std::string_view placeholder = "skip_thought_signature_validator";
  const Profile known{.thought_signatures = ThoughtSignatures::known};
  const Profile required{.thought_signatures = ThoughtSignatures::required};
  EXPECT_TRUE(sent(state, call("signed"), known).contains(extra));
  EXPECT_FALSE(sent(state, call("other"), known).contains("extra_content"));
  EXPECT_TRUE(sent(state, call("other") + "," + call("signed"), known).contains(extra))
      << "not the first call";
  EXPECT_FALSE(sent(state, call("signed"), {}).contains("extra_content"));
  EXPECT_TRUE(sent(state, call("signed"), required).contains(extra));
  EXPECT_FALSE(sent(state, call("signed"), required).contains(placeholder));
  EXPECT_TRUE(sent("", call("other"), required).contains(placeholder));
  EXPECT_FALSE(sent("", text, required).contains(placeholder));
}

TEST(Assistant, StateBehindATextComesBackWithIt) {
  constexpr std::string_view signed_text =
      R"({"type":"text","text":"a"},{"type":"text","text":"signed text"})";
  const Profile details{.replay = Replay::details};
  const Profile signatures{.thought_signatures = ThoughtSignatures::known};
  EXPECT_EQ(
      sent("", signed_text, signatures),
      R"({"role":"assistant","content":"a\n\nsigned text","extra_content":{"google":{"thought_signature":"t"}}})");
  EXPECT_EQ(
      sent("", signed_text, details),
      R"({"role":"assistant","content":"a\n\nsigned text","reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]})");
  EXPECT_TRUE(sent(ours, signed_text, details).contains(R"("data":"x")"))
      << "beside what the thinking block carries";
  EXPECT_FALSE(sent("", text, signatures).contains("extra_content"));
  for (const auto replay : {Replay::always, Replay::none}) {
    EXPECT_FALSE(sent("", signed_text, {.replay = replay}).contains("recalled"));
  }
  EXPECT_FALSE(sent("", std::string(signed_text) + "," + call("other"), details).contains(R"("data":"x")"))
      << "its calls name it";
}

TEST(Assistant, ThinkTags) {
  EXPECT_EQ(sent(ours, text, {.replay = Replay::think_tags}),
            R"({"role":"assistant","content":"<think>\nwhy\n</think>\n\na"})");
}

TEST(Assistant, CallIdsOfNine) {
  const Profile profile{.call_ids = CallIds::nine_alphanumeric};
  EXPECT_TRUE(sent("", call("abcDEF123"), profile).contains(R"("id":"abcDEF123")"));
  const auto made = sent("", call("toolu_01"), profile);
  const auto at = made.find(R"("id":")") + 6;
  EXPECT_EQ(made.find('"', at) - at, 9U) << made;
  EXPECT_EQ(made, sent("", call("toolu_01"), profile));
  EXPECT_NE(made, sent("", call("toolu_02"), profile));
}

TEST(Assistant, AnIdThatIsNotOfNineLettersAndDigitsIsReplaced) {
  const Profile profile{.call_ids = CallIds::nine_alphanumeric};
  for (const std::string_view id : {"abcDEF12", "abcDEF1234", "abc-EF123"}) {
    EXPECT_FALSE(sent("", call(id), profile).contains(id)) << id;
  }
}

TEST(Assistant, ARecalledThoughtStandsInOnlyForALostOne) {
  constexpr std::string_view signed_text = R"({"type":"text","text":"signed text"})";
  const Profile profile{.replay = Replay::always, .thought_signatures = ThoughtSignatures::known};
  EXPECT_TRUE(sent("", signed_text, profile).contains(R"("reasoning_content":"recalled")"));
  EXPECT_TRUE(sent(ours, signed_text, profile).contains(replayed));
}

TEST(Assistant, ThinkingWithoutTextIsReadFromItsSignature) {
  EXPECT_EQ(sent_messages(
                R"({"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"omitted"},)"
                R"({"type":"text","text":"Yes."}]})",
                Profile{.replay = Replay::always}),
            R"({"role":"assistant","content":"Yes.","reasoning_content":"unseen"})");
}

TEST(Assistant, ClearedThinkingDoesNotComeBack) {
  constexpr std::string_view think =
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"why","signature":"ours"},)"
      R"({"type":"tool_use","id":"remembered","name":"t","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"remembered","content":"r"}]})";
  const auto body =
      fmt::format(R"({{"model":"claude","max_tokens":200,"messages":[{{"role":"user","content":"a"}},{0},)"
                  R"({{"role":"user","content":"b"}},{0}],"context_management":{{"edits":[)"
                  R"({{"type":"clear_thinking_20251015","keep":{{"type":"thinking_turns","value":1}}}}]}}}})",
                  think);
  const auto out = translated(body, Profile{.replay = Replay::always});
  const auto first = out.json.find("reasoning_content");
  ASSERT_NE(first, std::string::npos) << out.json;
  EXPECT_GT(first, out.json.find(R"("content":"b")")) << "the turn before is cleared, also from memory";
  EXPECT_EQ(out.json.find("reasoning_content", first + 1), std::string::npos);
}

}  // namespace
}  // namespace ccp::translate
