#include "openai/chat.h"

#include <gtest/gtest.h>

namespace ccp::openai {
namespace {

std::string written(const ChatRequest& request) {
  std::string out;
  write(request, out);
  return out;
}

std::string written_message(Message message) {
  ChatRequest request{.model = "m"};
  request.messages.push_back(std::move(message));
  const auto json = written(request);
  constexpr std::string_view before = R"({"model":"m","messages":[)";
  EXPECT_TRUE(json.starts_with(before) && json.ends_with("]}")) << json;
  return json.substr(before.size(), json.size() - before.size() - 2);
}

TEST(Chat, OnlyWhatIsSetIsWritten) { EXPECT_EQ(written({.model = "m"}), R"({"model":"m","messages":[]})"); }

TEST(Chat, EveryFieldInItsOrder) {
  ChatRequest request{.model = "m",
                      .tools = {{.name = "T", .description = "d", .parameters_json = R"({"b":1,"a":2})"},
                                {.name = "U", .parameters_json = "{}"}},
                      .tool_choice = ToolChoice{ToolChoice::Type::function, "T"},
                      .parallel_tool_calls = false,
                      .max_tokens = 5,
                      .max_completion_tokens = 6,
                      .temperature = 0.7,
                      .top_p = 1.0,
                      .stop = {"a", "\n"},
                      .reasoning = Reasoning{.form = Reasoning::Form::effort, .effort = "low"},
                      .response_format = ResponseFormat{.schema_json = R"({"type":"object"})"},
                      .stream = true};
  EXPECT_EQ(
      written(request),
      R"({"model":"m","tools":[{"type":"function","function":{"name":"T","description":"d","parameters":{"b":1,"a":2}}},)"
      R"({"type":"function","function":{"name":"U","parameters":{}}}],"messages":[],)"
      R"("tool_choice":{"type":"function","function":{"name":"T"}},"parallel_tool_calls":false,"max_tokens":5,)"
      R"("max_completion_tokens":6,"temperature":0.7,"top_p":1,"stop":["a","\n"],"reasoning_effort":"low",)"
      R"("response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object"}}},)"
      R"("stream":true,"stream_options":{"include_usage":true}})");
}

TEST(Chat, ToolChoices) {
  const auto choice = [](ToolChoice::Type type) {
    return written({.model = "m", .tool_choice = ToolChoice{type, {}}});
  };
  EXPECT_EQ(choice(ToolChoice::Type::automatic), R"({"model":"m","messages":[],"tool_choice":"auto"})");
  EXPECT_EQ(choice(ToolChoice::Type::required), R"({"model":"m","messages":[],"tool_choice":"required"})");
  EXPECT_EQ(choice(ToolChoice::Type::none), R"({"model":"m","messages":[],"tool_choice":"none"})");
}

TEST(Chat, Messages) {
  EXPECT_EQ(written_message(SystemMessage{"a\"b"}), R"({"role":"system","content":"a\"b"})");
  EXPECT_EQ(written_message(ToolMessage{"i", "r"}), R"({"role":"tool","tool_call_id":"i","content":"r"})");
  EXPECT_EQ(written_message(AssistantMessage{.content = "a"}), R"({"role":"assistant","content":"a"})");
  EXPECT_EQ(
      written_message(
          AssistantMessage{.reasoning_content = "r", .tool_calls = {{"i", "n", R"({"a":"\n"})"}}}),
      R"({"role":"assistant","content":null,"reasoning_content":"r","tool_calls":[{"id":"i","type":"function",)"
      R"("function":{"name":"n","arguments":"{\"a\":\"\\n\"}"}}]})");
}

TEST(Chat, OneTextPartIsAPlainString) {
  EXPECT_EQ(written_message(UserMessage{{TextPart{"a"}}}), R"({"role":"user","content":"a"})");
  EXPECT_EQ(written_message(UserMessage{{ImagePart{"https://x"}}}),
            R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x"}}]})");
  EXPECT_EQ(written_message(UserMessage{{TextPart{"a"}, FilePart{"f.pdf", "data:,"}}}),
            R"({"role":"user","content":[{"type":"text","text":"a"},)"
            R"({"type":"file","file":{"filename":"f.pdf","file_data":"data:,"}}]})");
}

TEST(Chat, TextIsBorrowedUntilItGrows) {
  const std::string borrowed = "borrowed";
  Text text{std::string_view(borrowed)};
  EXPECT_EQ(static_cast<const void*>(text.view().data()), borrowed.data());
  text.append(" and owned");
  EXPECT_EQ(text.view(), "borrowed and owned");
  EXPECT_EQ(borrowed, "borrowed");
}

}  // namespace
}  // namespace ccp::openai
