#include "translate/auto_mode.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

using Change = void (*)(anthropic::MessagesRequest&);

anthropic::MessagesRequest first_stage() {
  anthropic::MessagesRequest request;
  request.model = "claude-sonnet-5";
  request.max_tokens = 64;
  request.system.emplace_back();
  request.stop_sequences = {"</block>"};
  request.user_id = "{}";
  request.thinking.emplace();
  request.thinking->type = anthropic::Thinking::Type::disabled;
  return request;
}

TEST(AutoModeCheck, IsKnownInBothStagesAndForOtherModels) {
  const std::pair<const char*, Change> cases[] = {
      {"first stage", [](auto&) {}},
      {"second stage",
       [](auto& request) {
         request.stop_sequences.clear();
         request.max_tokens = 8192;
       }},
      {"by severity", [](auto& request) { request.stop_sequences = {"</severity>"}; }},
      {"another model, first stage",
       [](auto& request) {
         request.model = "qwen";
         request.stop_sequences.clear();
         request.max_tokens = 2112;
       }},
      {"another model, second stage",
       [](auto& request) {
         request.model = "qwen";
         request.stop_sequences.clear();
         request.max_tokens = 10240;
       }},
      {"thinking not switched off", [](auto& request) { request.thinking.reset(); }},
  };
  for (const auto& [name, change] : cases) {
    auto request = first_stage();
    change(request);
    EXPECT_TRUE(is_auto_mode_check(request)) << name;
  }
}

TEST(AutoModeCheck, IsNothingElse) {
  const std::pair<const char*, Change> cases[] = {
      {"a stream", [](auto& request) { request.stream = true; }},
      {"with tools", [](auto& request) { request.tools.emplace_back(); }},
      {"without rules", [](auto& request) { request.system.clear(); }},
      {"another client", [](auto& request) { request.user_id = {}; }},
      {"another stop sequence and model",
       [](auto& request) {
         request.stop_sequences = {"</answer>"};
         request.model = "claude-opus-5-5";
       }},
      {"the same model with thinking",
       [](auto& request) {
         request.stop_sequences.clear();
         request.thinking.reset();
       }},
  };
  for (const auto& [name, change] : cases) {
    auto request = first_stage();
    change(request);
    EXPECT_FALSE(is_auto_mode_check(request)) << name;
  }
}

TEST(AutoModeCheck, AsksForAVerdictWhereItsStopOrItsRulesNameTheForm) {
  auto request = first_stage();
  EXPECT_TRUE(asks_for_verdict(request));
  request.stop_sequences.clear();
  EXPECT_FALSE(asks_for_verdict(request)) << "nothing tells the form of the answer";
  request.system.back().value = anthropic::TextBlock{"Answer <block>yes</block> or <block>no</block>."};
  EXPECT_TRUE(asks_for_verdict(request));
  request.tools.emplace_back();
  EXPECT_FALSE(asks_for_verdict(request)) << "no check of auto mode";
}

TEST(AutoModeCheck, AVerdictIsSeenInEitherForm) {
  for (const auto* answer : {"<block>no", "so <block>yes</block>", "<severity>5</severity>"}) {
    EXPECT_TRUE(has_verdict(answer)) << answer;
  }
  for (const auto* answer : {"", "no", "block", "It is harmless.", "<blocked>"}) {
    EXPECT_FALSE(has_verdict(answer)) << answer;
  }
}

}  // namespace
}  // namespace ccp::translate
