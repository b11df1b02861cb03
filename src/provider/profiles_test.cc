#include "provider/profiles.h"

#include <gtest/gtest.h>

namespace ccp::provider {
namespace {

using translate::Profile;

Profile known(std::string host, std::string_view model) { return Profiles({std::move(host)}, {}).of(model); }

std::string text(const Profile& profile, std::string_view name) {
  for (const auto& field : translate::profile_fields()) {
    if (field.name == name) return translate::value_of(profile, field);
  }
  return "no such field";
}

TEST(Profiles, AnUnknownHostGetsTheDefaults) {
  for (const auto& field : translate::profile_fields()) {
    EXPECT_EQ(text(known("llm.example.com", "gpt-4o"), field.name), translate::value_of({}, field));
  }
}

TEST(Profiles, AFamilyCountsOnHostsThatNoRuleNames) {
  EXPECT_EQ(text(known("llm.example.com", "openai/gpt-5.2"), "efforts"), "none,low,medium,high,xhigh");
  EXPECT_EQ(text(known("llm.example.com/api", "azure.gpt-5.2"), "max_tokens"), "max_completion_tokens");
  EXPECT_EQ(text(known("localhost:4000", "deepseek-ai/DeepSeek-V4"), "replay"), "with_tools");
  EXPECT_EQ(text(known("openrouter.ai", "openai/gpt-5.2"), "max_tokens"), "max_tokens");
  EXPECT_EQ(text(known("api.groq.com", "deepseek-v4"), "replay"), "none");
}

TEST(Profiles, AMakerInFrontIsNotPartOfAFamilysName) {
  EXPECT_EQ(family_name("azure.gpt-5.2"), "gpt-5.2");
  EXPECT_EQ(family_name("eu/us.openai.gpt-5.2"), "gpt-5.2");
  EXPECT_EQ(family_name("gpt-5.2"), "gpt-5.2");
  EXPECT_EQ(family_name("kimi-k2.6"), "kimi-k2.6");
}

TEST(Profiles, KnownHosts) {
  EXPECT_EQ(text(known("api.openai.com", "gpt-5-mini"), "max_tokens"), "max_completion_tokens");
  EXPECT_EQ(text(known("api.openai.com", "gpt-4o"), "max_tokens"), "max_tokens");
  EXPECT_EQ(text(known("api.openai.com", "gpt-5.4"), "effort_with_tools"), "no");
  EXPECT_EQ(text(known("api.openai.com", "gpt-5.1-codex-max"), "efforts"), "low,medium,high,xhigh");
  EXPECT_EQ(text(known("mine.openai.azure.com", "o3"), "parallel_tool_calls"), "no");
  EXPECT_EQ(text(known("mine.openai.azure.com", "o3"), "cache_key"), "no");
  EXPECT_EQ(text(known("openrouter.ai", "anthropic/claude-sonnet-4"), "cache_control"), "yes");
  EXPECT_EQ(text(known("openrouter.ai", "openai/gpt-5"), "cache_control"), "no");
  EXPECT_EQ(text(known("dashscope-intl.aliyuncs.com", "qwen3-235b-a22b-thinking-2507"), "stream_only"),
            "yes");
  EXPECT_EQ(text(known("localhost:11434", "qwen3"), "image_urls"), "no");
}

/// What each model's documentation says of its efforts, switch and eyes (late 2026).
TEST(Profiles, ModelsOfOneFamilyThatDiffer) {
  for (const auto* host : {"mine.openai.azure.com", "llm.example.com"}) {
    EXPECT_EQ(text(known(host, "gpt-5-codex"), "efforts"), "low,medium,high");
    EXPECT_EQ(text(known(host, "gpt-5.1-codex-mini"), "efforts"), "low,medium,high");
    EXPECT_EQ(text(known(host, "gpt-5.2-codex"), "efforts"), "low,medium,high,xhigh");
    EXPECT_EQ(text(known(host, "gpt-5-pro"), "efforts"), "high");
    EXPECT_EQ(text(known(host, "gpt-5.4-pro"), "efforts"), "medium,high,xhigh");
    EXPECT_EQ(text(known(host, "gpt-5.3-chat-latest"), "reasoning"), "none");
    EXPECT_EQ(text(known(host, "gpt-5.2"), "max_output"), "128000");
    EXPECT_EQ(text(known(host, "o3"), "parallel_tool_calls"), "no");
  }
  EXPECT_EQ(text(known("api.deepseek.com", "deepseek-v4-flash"), "images"), "no");
  EXPECT_EQ(text(known("api.deepseek.com", "deepseek-v4-flash-vision-exp"), "images"), "yes");
  EXPECT_EQ(text(known("api.deepseek.com", "deepseek-v4.1-flash"), "images"), "yes");
  EXPECT_EQ(text(known("api.mistral.ai", "mistral-small-2603"), "reasoning"), "effort");
  EXPECT_EQ(text(known("api.mistral.ai", "mistral-small-2506"), "reasoning"), "none");
  EXPECT_EQ(text(known("dashscope.aliyuncs.com", "qwen3-coder-plus"), "reasoning"), "none");
  EXPECT_EQ(text(known("dashscope.aliyuncs.com", "qwen3.6-plus"), "reasoning"), "enable_thinking");
  EXPECT_EQ(text(known("api.z.ai", "glm-5.4"), "efforts"), "low,high,max");
  EXPECT_EQ(text(known("api.minimax.io", "minimax-m3"), "thinking_off"), "no");
}

TEST(Profiles, Patterns) {
  EXPECT_TRUE(matches("a*c", "abbc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("x,GPT-*", "gpt-5"));
  EXPECT_TRUE(matches("*.example.com", "a.example.com"));
  EXPECT_FALSE(matches("*.example.com", "example.com"));
  EXPECT_FALSE(matches("gpt-5", "gpt-5-mini"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Profiles, TheUsersRulesWinOverKnownOnes) {
  const auto rules =
      parse_rules("# mine\r\napi.openai.com gpt-5* sampling=yes efforts=low,max # ok\n\n", "f");
  ASSERT_TRUE(rules) << rules.error().front();
  const Profiles profiles({"api.openai.com"}, *rules);
  EXPECT_EQ(text(profiles.of("gpt-5"), "sampling"), "yes");
  EXPECT_EQ(text(profiles.of("gpt-5"), "efforts"), "low,max");
  EXPECT_EQ(text(profiles.of("gpt-5"), "max_tokens"), "max_completion_tokens");
  EXPECT_EQ(profiles.applying("gpt-5").back().note, "f:2");
}

TEST(Profiles, EveryWrongLineIsNamed) {
  const auto rules =
      parse_rules("a b\nhost * sampling=maybe\nh * nonsense=1\nh * word\nh * efforts=huge\n", "f");
  ASSERT_FALSE(rules);
  ASSERT_EQ(rules.error().size(), 5U);
  EXPECT_EQ(rules.error()[0], "f:1: expected HOST MODEL name=value…");
  EXPECT_EQ(rules.error()[1], "f:2: sampling=maybe: expected no, yes");
  EXPECT_EQ(rules.error()[2], "f:3: nonsense is no setting of a profile");
  EXPECT_EQ(rules.error()[3], "f:4: word: expected name=value");
  EXPECT_EQ(rules.error()[4],
            "f:5: efforts=huge: expected some of none, minimal, low, medium, high, xhigh, max, with commas");
}

TEST(Profiles, WhatWasLearnedWinsAndIsNewsOnce) {
  Profiles profiles({"h"}, {});
  EXPECT_TRUE(profiles.learn("m", {"tool_choice", "required"}));
  EXPECT_FALSE(profiles.learn("m", {"tool_choice", "required"}));
  EXPECT_TRUE(profiles.learn("m", {"tool_choice", "auto"}));
  EXPECT_EQ(text(profiles.of("m"), "tool_choice"), "auto");
  EXPECT_EQ(text(profiles.of("other"), "tool_choice"), "function");
  ASSERT_EQ(profiles.applying("m").back().settings.size(), 1U);
}

TEST(Profiles, WhatTheRulesSayIsRememberedByModel) {
  const Profiles profiles({"api.openai.com"}, {});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(text(profiles.of("gpt-5"), "sampling"), "no");
    EXPECT_EQ(text(profiles.of("gpt-4o"), "sampling"), "yes");
  }
  for (std::size_t i = 0; i <= Profiles::capacity; ++i) (void)profiles.of("m" + std::to_string(i));
  EXPECT_EQ(text(profiles.of("gpt-5"), "sampling"), "no");
}

TEST(Profiles, WhatIsLearnedIsBounded) {
  Profiles profiles({"h"}, {});
  for (std::size_t i = 0; i < Profiles::capacity; ++i) {
    EXPECT_TRUE(profiles.learn("m" + std::to_string(i), {"images", "no"}));
  }
  EXPECT_FALSE(profiles.learn("one more", {"images", "no"}));
  EXPECT_TRUE(profiles.learn("m1", {"files", "no"}));
}

}  // namespace
}  // namespace ccp::provider
