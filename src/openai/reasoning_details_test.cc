#include "openai/reasoning_details.h"

#include <gtest/gtest.h>

namespace ccp::openai {
namespace {

TEST(ReasoningDetails, PiecesOfOnePartAreJoined) {
  ReasoningDetails details;
  EXPECT_EQ(details.json(), "");
  details.add(R"([{"type":"reasoning.text","text":"Let ","format":"anthropic-claude-v1","index":0}])");
  details.add(R"([{"type":"reasoning.text","text":"me","signature":null,"index":0}])");
  details.add(R"([{"type":"reasoning.text","signature":"c2ln","index":0}])");
  details.add(R"([{"type":"reasoning.encrypted","data":"ab","id":"rs_1","index":1}])");
  details.add(R"([{"type":"reasoning.encrypted","data":"cd","index":1}])");
  EXPECT_EQ(details.json(),
            R"([{"type":"reasoning.text","text":"Let me","format":"anthropic-claude-v1","index":0,)"
            R"("signature":"c2ln"},{"type":"reasoning.encrypted","data":"abcd","id":"rs_1","index":1}])");
}

TEST(ReasoningDetails, PartsWithoutAnIndexStayApart) {
  ReasoningDetails details;
  details.add(R"([{"type":"reasoning.summary","summary":"a"},{"type":"reasoning.summary","summary":"b"}])");
  EXPECT_EQ(details.json(),
            R"([{"type":"reasoning.summary","summary":"a"},{"type":"reasoning.summary","summary":"b"}])");
}

TEST(ReasoningDetails, WhatIsTooLargeIsNotKept) {
  ReasoningDetails details;
  details.add(R"([{"type":"reasoning.text","text":"a","index":0}])");
  details.add(R"([{"type":"reasoning.encrypted","data":")" + std::string(ReasoningDetails::limit, 'x') +
              R"("}])");
  EXPECT_EQ(details.json(), "");
  details.add(R"([{"type":"reasoning.text","text":"a","index":0}])");
  EXPECT_EQ(details.json(), "");
}

TEST(ReasoningDetails, Text) {
  EXPECT_EQ(
      details_text(R"([{"type":"reasoning.text","text":"a"},{"type":"reasoning.summary","summary":"b"},)"
                   R"({"type":"reasoning.encrypted","data":"c"},1])"),
      "ab");
  EXPECT_EQ(details_text("{}"), "");
}

}  // namespace
}  // namespace ccp::openai
