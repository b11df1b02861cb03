#include "openai/models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ccp::openai {
namespace {

using testing::ElementsAre;

std::vector<std::string> shown(std::string text) {
  json::Reader reader;
  const auto models = parse_models(reader, text);
  if (!models) return {"error"};
  std::vector<std::string> lines;
  for (const auto& model : *models)
    lines.push_back(model.id + " " + std::to_string(model.created) + " " +
                    std::to_string(model.context_window));
  return lines;
}

TEST(Models, OpenAI) {
  EXPECT_THAT(
      shown(
          R"({"object":"list","data":[{"id":"gpt-4o","object":"model","created":1715367049,"owned_by":"x"}]})"),
      ElementsAre("gpt-4o 1715367049 0"));
}

TEST(Models, EachWayToTellTheWindow) {
  for (const std::string key : {"context_length", "context_window", "max_model_len", "max_context_length"}) {
    EXPECT_THAT(shown(R"({"data":[{"id":"m",")" + key + R"(":32768}]})"), ElementsAre("m 0 32768")) << key;
    for (const char* nonsense : {"null", "\"32768\"", "-1", "0", "1e300", "{}"})
      EXPECT_THAT(shown(R"({"data":[{"id":"m",")" + key + "\":" + nonsense + "}]}"), ElementsAre("m 0 0"))
          << nonsense;
  }
}

TEST(Models, WhatIsNoModelIsLeftOut) {
  EXPECT_THAT(shown(R"([{"id":"a"},{"id":""},{"id":5},{"name":"b"},7,{"id":"c","created":null}])"),
              ElementsAre("a 0 0", "c 0 0"));
  EXPECT_THAT(shown(R"({"data":[]})"), ElementsAre());
}

TEST(Models, TheOwner) {
  json::Reader reader;
  std::string text = R"({"data":[{"id":"m","owned_by":"vllm"},{"id":"n","owned_by":null},{"id":"o"}]})";
  const auto models = parse_models(reader, text);
  ASSERT_TRUE(models);
  EXPECT_EQ(models->at(0).owned_by, "vllm");
  EXPECT_EQ(models->at(1).owned_by + models->at(2).owned_by, "");
}

TEST(Models, WhatIsNoListIsAnError) {
  for (const char* text : {"", "{", "{}", R"({"data":{}})", R"({"error":{"message":"no"}})", "<html>", "5"})
    EXPECT_THAT(shown(text), ElementsAre("error")) << text;
}

}  // namespace
}  // namespace ccp::openai
