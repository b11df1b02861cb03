#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "translate/translated_json.h"

/// The property: what a client says in a block of a type that nobody knows reaches the provider, wherever the
/// block stands, and the log names it.
namespace ccp::translate {
namespace {

/// Requests with `%` where the block goes.
constexpr std::string_view places[] = {
    R"("messages":[{"role":"user","content":[%]}])",
    R"("messages":[{"role":"user","content":[{"type":"text","text":"a"},%,{"type":"text","text":"b"}]}])",
    R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":[%]},{"role":"user","content":"b"}])",
    R"("messages":[{"role":"user","content":"a"},{"role":"system","content":[%]}])",
    R"("system":[{"type":"text","text":"s"},%],"messages":[{"role":"user","content":"a"}])",
    R"("messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{}}]},)"
    R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[%]}]}])",
    R"("messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"none","content":[%]}]}])",
    R"("messages":[{"role":"user","content":[{"type":"document","source":{"type":"content","content":[%]}}]}])",
    R"("messages":[{"role":"user","content":[{"type":"search_result","title":"t","source":"s","content":[%]}]}])",
};

std::string in(std::string_view place, std::string_view block) {
  const auto at = place.find('%');
  return fmt::format(R"({{"model":"m","max_tokens":9,{}{}{}}})", place.substr(0, at), block,
                     place.substr(at + 1));
}

/// Blocks with the words `keep me`, short and long, their words deep or under an unknown name.
std::vector<std::string> blocks() {
  const std::string long_data(6000, 'A');
  return {
      R"({"type":"novelty","text":"keep me"})",
      R"({"type":"novelty","words":"keep me"})",
      R"({"type":"novelty","content":[{"type":"inner","text":"keep me"}]})",
      R"({"text":"keep me","type":"novelty","data":")" + long_data + R"("})",
      R"({"type":"novelty","data":")" + long_data + R"(","content":[{"deep":{"title":"keep me"}}]})",
  };
}

TEST(UnknownBlocks, TheirWordsReachTheProviderFromEveryPlace) {
  for (const auto place : places) {
    for (const auto& block : blocks()) {
      const auto out = translated(in(place, block));
      ASSERT_TRUE(out.ok) << out.json;
      EXPECT_NE(out.json.find("keep me"), std::string::npos) << place << "\n" << block.substr(0, 80);
      EXPECT_TRUE(std::ranges::any_of(out.warnings, [](const std::string& warning) {
        return warning.find("novelty") != std::string::npos;
      })) << place;
    }
  }
}

TEST(UnknownBlocks, WhatCannotBeShownIsNamed) {
  const std::string block = R"({"type":"novelty","data":")" + std::string(6000, 'A') + R"("})";
  for (const auto place : places) {
    const auto out = translated(in(place, block));
    EXPECT_NE(out.json.find("bytes that cannot be shown here"), std::string::npos) << place;
    EXPECT_FALSE(out.warnings.empty()) << place;
  }
}

TEST(UnknownBlocks, WhatServersMadeNeedsNoWarning) {
  const auto out =
      translated(in(places[2], R"({"type":"web_search_tool_result","tool_use_id":"s","content":[)"
                               R"({"type":"web_search_result","title":"keep me","url":"u"}]})"));
  EXPECT_NE(out.json.find("keep me"), std::string::npos);
  EXPECT_TRUE(out.warnings.empty());
}

}  // namespace
}  // namespace ccp::translate
