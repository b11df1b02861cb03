#include "anthropic/context.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "anthropic/messages.h"

namespace ccp::anthropic {
namespace {

/// What is told of `edits` (JSON) in a conversation of three turns: each thinks 400 bytes, calls Read and
/// gets 800 bytes.
struct Told {
  std::string json;
  bool compaction = false, compaction_ignored = false;
};

std::string turn(int number) {
  return fmt::format(
      R"({{"role":"user","content":"go"}},{{"role":"assistant","content":[{{"type":"thinking","thinking":"{1}",)"
      R"("signature":"s"}},{{"type":"tool_use","id":"t{0}","name":"Read","input":{{}}}}]}},)"
      R"({{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t{0}","content":"{2}"}}]}})",
      number, std::string(400, 'x'), std::string(800, 'y'));
}

Told told(std::string_view edits) {
  auto body = fmt::format(
      R"({{"model":"m","max_tokens":9,"messages":[{},{},{}],"context_management":{{"edits":[{}]}}}})",
      turn(1), turn(2), turn(3), edits);
  json::Reader reader;
  const auto request = parse(reader, body, Endpoint::messages);
  if (!request) return {.json = request.error().message};
  EXPECT_TRUE(request->manages_context);
  return {.json = applied_edits_json(request->applied_edits),
          .compaction = request->compaction.has_value(),
          .compaction_ignored = request->compaction_ignored};
}

TEST(AppliedEdits, NameWhatWasClearedAndItsTokens) {
  // 800 bytes are 200 tokens, the words in their place 12.
  EXPECT_EQ(told(R"({"type":"clear_tool_uses_20250919","trigger":{"type":"tool_uses","value":2},)"
                 R"("keep":{"type":"tool_uses","value":1}})")
                .json,
            R"({"applied_edits":[{"type":"clear_tool_uses_20250919","cleared_tool_uses":2,)"
            R"("cleared_input_tokens":376}]})");
  EXPECT_EQ(told(R"({"type":"clear_thinking_20251015","keep":{"type":"thinking_turns","value":1}})").json,
            R"({"applied_edits":[{"type":"clear_thinking_20251015","cleared_thinking_turns":2,)"
            R"("cleared_input_tokens":200}]})");
}

TEST(AppliedEdits, AreInTheOrderOfTheRequest) {
  const auto both = told(R"({"type":"clear_thinking_20251015","keep":{"type":"thinking_turns","value":2}},)"
                         R"({"type":"clear_tool_uses_20250919","trigger":{"type":"tool_uses","value":1},)"
                         R"("keep":{"type":"tool_uses","value":0}})");
  EXPECT_EQ(both.json,
            R"({"applied_edits":[{"type":"clear_thinking_20251015","cleared_thinking_turns":1,)"
            R"("cleared_input_tokens":100},{"type":"clear_tool_uses_20250919","cleared_tool_uses":2,)"
            R"("cleared_input_tokens":376}]})");
}

TEST(AppliedEdits, AreNoneWhereNothingWasCleared) {
  for (const auto* edit : {
           "",
           R"({"type":"clear_thinking_20251015","keep":"all"})",
           R"({"type":"clear_thinking_20251015","keep":{"type":"thinking_turns","value":3}})",
           R"({"type":"clear_tool_uses_20250919"})",
           R"({"type":"clear_tool_uses_20250919","trigger":{"type":"tool_uses","value":2},)"
           R"("clear_at_least":{"type":"input_tokens","value":5000}})",
           R"({"type":"brand_new_20300101"})",
       }) {
    EXPECT_EQ(told(edit).json, R"({"applied_edits":[]})") << edit;
  }
}

TEST(Compaction, IsIgnoredWhereItIsDueAndDoesNotPause) {
  const auto edit = [](int value, std::string_view more) {
    return fmt::format(R"({{"type":"compact_20260112","trigger":{{"type":"input_tokens","value":{}}}{}}})",
                       value, more);
  };
  EXPECT_TRUE(told(edit(100, "")).compaction_ignored);
  EXPECT_FALSE(told(edit(100000, "")).compaction_ignored) << "not due";
  const auto pauses = told(edit(100, R"(,"pause_after_compaction":true)"));
  EXPECT_FALSE(pauses.compaction_ignored);
  EXPECT_TRUE(pauses.compaction);
}

}  // namespace
}  // namespace ccp::anthropic
