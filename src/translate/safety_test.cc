#include "translate/safety.h"

#include <gtest/gtest.h>

#include "anthropic/parsed_body.h"

namespace ccp::translate {
namespace {

using anthropic::Judgement;

SafetyCase case_of(std::string_view messages, std::string_view context = "{}") {
  const anthropic::Parsed parsed(R"({"model":"m","max_tokens":10,"messages":)" + std::string(messages) +
                                 R"(,"safeguards":[{"type":"dangerous_tool_use","classifier_context":)" +
                                 std::string(context) + "}]}");
  EXPECT_TRUE(parsed.request) << parsed.error();
  return safety_case(*parsed.request);
}

std::string users(std::size_t count, std::size_t length) {
  std::string messages = "[";
  for (std::size_t i = 0; i < count; ++i) {
    messages += (i == 0 ? "" : ",") + std::string(R"({"role":"user","content":"n)") + std::to_string(i) +
                " " + std::string(length, 'x') + "\"}";
  }
  return messages + "]";
}

TEST(SafetyCase, HasTheUsersWordsAndTheCallsOnly) {
  const auto about = case_of(
      R"([{"role":"user","content":"do \"it\""},)"
      R"({"role":"system","content":"HARNESS"},)"
      R"({"role":"assistant","content":[{"type":"text","text":"MODEL"},)"
      R"({"type":"tool_use","id":"a","name":"Bash","input":{"command":"ls"}},)"
      R"({"type":"tool_use","id":"b","name":"AskUserQuestion","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"TOOL"},)"
      R"({"type":"tool_result","tool_use_id":"b","content":"yes, all of it"},{"type":"text","text":"go on"}]}])",
      R"({"v":1})");
  EXPECT_EQ(about.classifier_context, R"({"v":1})");
  EXPECT_EQ(about.transcript, R"({"user":"do \"it\""})"
                              "\n"
                              R"({"call":"Bash","input":"{\"command\":\"ls\"}"})"
                              "\n"
                              R"({"call":"AskUserQuestion","input":"{}"})"
                              "\n"
                              R"({"user_answered":"yes, all of it"})"
                              "\n"
                              R"({"user":"go on"})"
                              "\n");
}

TEST(SafetyCase, KeepsTheFirstAndTheNewestOfALongConversation) {
  EXPECT_EQ(case_of("[{\"role\":\"assistant\",\"content\":\"x\"}]").transcript, "");
  EXPECT_FALSE(case_of(users(20, 4000)).transcript.contains("left_out"));
  const auto all = case_of(users(60, 4000)).transcript;
  EXPECT_LT(all.size(), std::size_t{104} << 10);
  EXPECT_GT(all.size(), std::size_t{94} << 10);
  EXPECT_TRUE(all.starts_with(R"({"user":"n0 )"));
  EXPECT_TRUE(all.contains("\n{\"left_out\":35}\n{\"user\":\"n36 ")) << all.substr(4000, 200);
  EXPECT_TRUE(all.contains(R"({"user":"n59 )"));
  EXPECT_TRUE(all.ends_with("\"}\n"));
}

TEST(SafetyCase, LongWordsAreCut) {
  const auto about = case_of(users(1, 40'000));
  EXPECT_EQ(about.transcript.size(), (std::size_t{16} << 10) + std::string_view("{\"user\":\"\"}\n").size());
  const auto call =
      case_of(R"([{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"T","input":{"k":")" +
              std::string(5000, 'y') + R"("}}]}])");
  EXPECT_GT(call.transcript.size(), 2048U);
  EXPECT_LT(call.transcript.size(), 2200U);
}

TEST(SafetyCase, WhatRunsUnasked) {
  const auto open = case_of(users(1, 1), R"({"block_reads_outside_working_directories":false})");
  const auto silent = case_of(users(1, 1));
  const auto closed = case_of(users(1, 1), R"({"block_reads_outside_working_directories":true})");
  for (const auto* tool : {"Read", "Glob", "Grep"}) {
    EXPECT_TRUE(runs_unasked(open, tool)) << tool;
    EXPECT_TRUE(runs_unasked(silent, tool)) << tool;
    EXPECT_FALSE(runs_unasked(closed, tool)) << tool;
  }
  EXPECT_TRUE(runs_unasked(closed, "TodoWrite"));
  for (const auto* tool : {"Bash", "Edit", "Write", "WebFetch", "Agent", "mcp__x__Read", ""}) {
    EXPECT_FALSE(runs_unasked(open, tool)) << tool;
  }
}

TEST(SafetyQuestion, IsARequestAboutTheActionBehindTheEarlierOnes) {
  const SafetyCase about{.classifier_context = R"({"v":1})", .transcript = "{\"user\":\"u\"}\n"};
  const std::vector<anthropic::ToolCall> calls = {{"1", "Bash", R"({"a":1})"}, {"2", "Write", R"({"b":2})"}};
  const anthropic::Parsed parsed(safety_question(about, std::span(calls).first(1), calls[1]));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(parsed->max_tokens, 512);
  EXPECT_EQ(parsed->thinking->type, anthropic::Thinking::Type::disabled);
  EXPECT_TRUE(parsed->output_config.schema_json.contains("not_flagged"));
  EXPECT_TRUE(std::get<anthropic::TextBlock>(parsed->system.at(0).value).text.contains("safety check"));
  EXPECT_EQ(std::get<anthropic::TextBlock>(parsed->messages.at(0).content.at(0).value).text,
            "<conversation>\n{\"user\":\"u\"}\n{\"call\":\"Bash\",\"input\":\"{\\\"a\\\":1}\"}\n"
            "</conversation>\n<classifier_context>\n{\"v\":1}\n</classifier_context>\n"
            "<action>\n{\"call\":\"Write\",\"input\":\"{\\\"b\\\":2}\"}\n</action>\nMay this action run?");
}

TEST(SafetyJudgement, InTheFormThatWasAskedFor) {
  json::Reader reader;
  const auto flagged = read_judgement(reader, R"({"explanation":"it \"removes\"","outcome":"flagged"})");
  ASSERT_TRUE(flagged);
  EXPECT_EQ(flagged->type, Judgement::Type::flagged);
  EXPECT_EQ(flagged->words, "it \"removes\"");
  for (const auto* answer :
       {R"({"outcome":"not_flagged"})", R"({"outcome":"not_flagged","explanation":7,"sure":{"x":[1]}})",
        "Here it is:\n```json\n{\"outcome\": \"not_flagged\"}\n```\n"}) {
    const auto passed = read_judgement(reader, answer);
    ASSERT_TRUE(passed) << answer;
    EXPECT_EQ(passed->type, Judgement::Type::not_flagged) << answer;
    EXPECT_EQ(passed->words, "") << answer;
  }
  const auto longer =
      read_judgement(reader, R"({"outcome":"flagged","explanation":")" + std::string(5000, 'z') + R"("})");
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->words.size(), 600U);
}

TEST(SafetyJudgement, NothingElseIsOne) {
  json::Reader reader;
  for (const auto* answer :
       {"", "not_flagged", "}{", "{", "{}", R"({"outcome":"Not flagged"})", R"({"outcome":["not_flagged"]})",
        R"({"outcome":true})", R"({"explanation":"not_flagged"})", R"({"outcome":"not_flagged")",
        R"({"outcome":"not_flagged"} but on second thoughts I would not run it)",
        R"({"outcome":"flagged"} or {"outcome":"not_flagged"})", R"({"a":{"outcome":"not_flagged"}})",
        R"([{"outcome":"flagged"},{"outcome":"not_flagged"}])"}) {
    EXPECT_FALSE(read_judgement(reader, answer)) << answer;
  }
}

}  // namespace
}  // namespace ccp::translate
