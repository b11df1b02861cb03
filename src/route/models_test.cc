#include "route/models.h"

#include <gtest/gtest.h>

namespace ccp::route {
namespace {

TEST(UpstreamModel, FollowsTheOrderOfTheRules) {
  const Models models{.big = "BIG", .middle = "MIDDLE", .small = "SMALL"};
  const std::pair<const char*, const char*> cases[] = {
      {"claude-opus-4-8", "BIG"},
      {"claude-sonnet-5", "MIDDLE"},
      {"claude-haiku-4-5-20251001", "SMALL"},
      {"Claude-HAIKU", "SMALL"},
      {"claude-fable-5", "BIG"},
      {"something-else", "BIG"},
      {"gpt-5", "gpt-5"},
      {"o1-mini", "o1-mini"},
      {"o1", "BIG"},
      {"o3", "o3"},
      {"o4-mini", "o4-mini"},
      {"ep-2024", "ep-2024"},
      {"doubao-pro", "doubao-pro"},
      {"deepseek-chat", "deepseek-chat"},
      {"anthropic/claude-haiku-4.5", "anthropic/claude-haiku-4.5"},
      {"GPT-4o", "BIG"},
      {"claude/qwen2.5-coder:7b", "qwen2.5-coder:7b"},
      {"claude/vendor/large", "vendor/large"},
      {"claude/claude-sonnet-5", "claude-sonnet-5"},
      {"claude/claude/x", "claude/x"},
      {"claude/", "claude/"},
  };
  for (const auto& [client, upstream] : cases) EXPECT_EQ(upstream_model(models, client), upstream) << client;
}

}  // namespace
}  // namespace ccp::route
