#include "translate/blocks.h"

#include <gtest/gtest.h>

#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

std::string system_sent(std::string_view system, const Profile& profile = {}) {
  const auto out = translated(with_fields(R"("system":)" + std::string(system)), profile);
  constexpr std::string_view before = R"({"model":"up","messages":[)";
  const auto end = out.json.find(R"({"role":"user")");
  return out.ok ? out.json.substr(before.size(), end - before.size()) : out.json;
}

TEST(System, BlocksAreJoinedByABlankLine) {
  EXPECT_EQ(system_sent(R"("a")"), R"({"role":"system","content":"a"},)");
  EXPECT_EQ(
      system_sent(R"([{"type":"text","text":"a"},{"type":"text","text":"\nb "},{"type":"text","text":""}])"),
      R"({"role":"system","content":"a\n\n\nb "},)");
  EXPECT_EQ(system_sent(R"([])"), "");
  EXPECT_EQ(system_sent(R"("")"), "");
}

TEST(System, TheAttributionLineIsDropped) {
  constexpr std::string_view blocks =
      R"([{"type":"text","text":"x-anthropic-billing-header: cc_version=1;"},{"type":"text","text":"a"}])";
  EXPECT_EQ(system_sent(blocks), R"({"role":"system","content":"a"},)");
  EXPECT_EQ(system_sent(blocks, {.keep_attribution = true}),
            R"({"role":"system","content":"x-anthropic-billing-header: cc_version=1;\n\na"},)");
  EXPECT_EQ(without_attribution("x-anthropic-billing-header: v\nrest"), "rest");
  EXPECT_EQ(without_attribution("x-anthropic-billing-header: v"), "");
  EXPECT_EQ(without_attribution("about x-anthropic-billing-header: v"),
            "about x-anthropic-billing-header: v");
}

TEST(Blocks, SearchResultsBecomeText) {
  EXPECT_EQ(sent_content(R"({"type":"search_result","title":"T","source":"https://x","content":[)"
                         R"({"type":"text","text":"a"}]})"),
            R"("[search result \"T\" from https://x]\n\na")");
}

TEST(Blocks, UnknownBlocksAreShownUpToABound) {
  EXPECT_EQ(sent_content(R"({"type":"hologram","x":1})"), R"("{\"type\":\"hologram\",\"x\":1}")");
  const auto large = R"({"type":"hologram","x":")" + std::string(10000, 'a') + R"("})";
  EXPECT_EQ(sent_content(large), R"("[hologram: 10026 bytes that cannot be shown here]")");
  const auto just = R"({"type":"hologram","x":")" + std::string(4096 - 26, 'a') + R"("})";
  EXPECT_TRUE(sent_content(just).contains("aaaa"));
}

TEST(Blocks, ThinkingOfAUserIsDropped) {
  EXPECT_EQ(sent_content(R"({"type":"thinking","thinking":"t"},{"type":"text","text":"a"})"), R"("a")");
}

TEST(Blocks, AToolUseOutsideAssistantMessagesBecomesText) {
  EXPECT_EQ(sent_content(R"({"type":"tool_use","id":"1","name":"T","input":{"a":1}})"),
            R"("[tool call T: {\"a\":1}]")");
}

TEST(Blocks, WarningsAreBounded) {
  std::string blocks = R"({"type":"text","text":"a"})";
  for (int i = 0; i < 1000; ++i) blocks += R"(,{"type":"new_)" + std::to_string(i) + R"("})";
  const auto out =
      translated(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[)" + blocks + "]}]}");
  EXPECT_TRUE(out.ok);
  EXPECT_LE(out.warnings.size(), 16U);
  EXPECT_GE(out.warnings.size(), 1U);
}

}  // namespace
}  // namespace ccp::translate
