#include "demo/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "demo/example.h"

namespace ccp::demo {
namespace {

using testing::HasSubstr;

Conversation parse(std::string body) {
  json::Reader reader;
  auto conversation = parse_conversation(reader, body);
  EXPECT_TRUE(conversation) << conversation.error().message;
  return *conversation;
}

std::string request(std::string_view messages, std::string_view rest = "") {
  return R"({"model":"m","messages":[)" + std::string(messages) + "]" + std::string(rest) + "}";
}

constexpr std::string_view tools =
    R"(,"tools":[{"type":"function","function":{"name":"Bash","parameters":{}}},{"type":"function","function":{"name":"Read","parameters":{}}}])";
constexpr std::string_view system =
    R"({"role":"system","content":"x\n - Primary working directory: /home/me\nmore"},)";

TEST(Demo, CallsOneReadOnlyToolOnce) {
  const std::string user = std::string(system) + R"({"role":"user","content":"hello"})";
  const auto first = reply(parse(request(user, tools)));
  ASSERT_EQ(first.tool_calls.size(), 1U);
  EXPECT_EQ(first.tool_calls[0].name, "Read");
  EXPECT_EQ(first.tool_calls[0].arguments, R"({"file_path":"/home/me/README.md"})");
  EXPECT_EQ(first.finish_reason, "tool_calls");

  const std::string round =
      user +
      R"(,{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},{"role":"tool","tool_call_id":"1","content":"RESULT"})";
  const auto second = reply(parse(request(round, tools)));
  EXPECT_TRUE(second.tool_calls.empty());
  EXPECT_EQ(second.finish_reason, "stop");
  EXPECT_THAT(second.text, HasSubstr("RESULT"));

  const auto third = reply(parse(request(round + R"(,{"role":"user","content":"again"})", tools)));
  EXPECT_TRUE(third.tool_calls.empty());
}

TEST(Demo, NeverAShell) {
  const auto answer = reply(parse(request(
      R"({"role":"user","content":"hi"})",
      R"(,"tools":[{"type":"function","function":{"name":"Bash"}},{"type":"function","function":{"name":"Write"}}])")));
  EXPECT_TRUE(answer.tool_calls.empty());
}

TEST(Demo, HonoursMaxTokens) {
  const auto answer = reply(parse(request(R"({"role":"user","content":"hi"})", R"(,"max_tokens":3)")));
  EXPECT_EQ(answer.text, "This is the");
  EXPECT_EQ(answer.finish_reason, "length");
  EXPECT_EQ(answer.completion_tokens, 3U);
}

TEST(Demo, QuotesTheLastTextOfTheUser) {
  const auto answer = reply(parse(request(
      R"({"role":"user","content":[{"type":"text","text":"reminder"},{"type":"text","text":"my question"},{"type":"text","text":"<system-reminder>"}]})")));
  EXPECT_THAT(answer.text, HasSubstr("\"my question\""));
}

TEST(Demo, QuotesTheUserAndNotTheClient) {
  const std::string reminder = R"(<system-reminder>\nCommits say \"Generated\".\n</system-reminder>)";
  const auto quoted = [](std::string_view messages) {
    const auto text = reply(parse(request(messages))).text;
    return text.substr(text.find("You wrote: "));
  };
  const auto user = [](std::string_view content) {
    return R"({"role":"user","content":)" + std::string(content) + "}";
  };
  const std::string wanted = "You wrote: \"my question\".";
  EXPECT_EQ(quoted(user("\"" + reminder + R"(\nmy question")")), wanted);
  EXPECT_EQ(quoted(user("\"my question " + reminder + "\"")), wanted);
  EXPECT_EQ(
      quoted(user(R"([{"type":"text","text":")" + reminder + R"("},{"type":"text","text":"my question"}])")),
      wanted);
  EXPECT_EQ(
      quoted(user(R"([{"type":"text","text":"my question"},{"type":"text","text":")" + reminder + R"("}])")),
      wanted);
  EXPECT_EQ(quoted(user("\"my question\"") + "," + user("\"" + reminder + "\"")), wanted)
      << "a message of its own";
  EXPECT_EQ(quoted(user(R"("my question<total_tokens>900 tokens left</total_tokens>")")), wanted);
  EXPECT_EQ(quoted(user(R"("<b>bold?</b>")")), "You wrote: \"<b>bold?</b>\".") << "the user's own mark-up";
  EXPECT_EQ(quoted(user(R"("my question <system-reminder>not closed")")), wanted);
}

TEST(Demo, PlaysTheStructuredOutputTool) {
  const std::string structured =
      R"(,"tools":[{"type":"function","function":{"name":"Read","parameters":{}}},{"type":"function","function":{"parameters":)"
      R"({"type":"object","properties":{"ok":{"type":"boolean"},"reason":{"type":"string"},"count":{"type":"integer","minimum":3},)"
      R"("kind":{"enum":["a","b"]},"items":{"type":"array","items":{"type":"string"}},"inner":{"$ref":"#/$defs/x"}},)"
      R"("$defs":{"x":{"type":["object","null"],"properties":{"n":{"type":"null"}}}}},"name":"StructuredOutput"}}])";
  const std::string user = std::string(system) + R"({"role":"user","content":"hello"})";
  const auto first = reply(parse(request(user, structured)));
  ASSERT_EQ(first.tool_calls.size(), 1U);
  EXPECT_EQ(first.tool_calls[0].name, "StructuredOutput");
  EXPECT_EQ(
      first.tool_calls[0].arguments,
      R"({"ok":true,"reason":"Demo conversation","count":3,"kind":"a","items":["Demo conversation"],"inner":{"n":null}})");
  const auto second = reply(parse(request(
      user +
          R"(,{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},{"role":"tool","tool_call_id":"1","content":"ok"})",
      structured)));
  EXPECT_TRUE(second.tool_calls.empty());
}

TEST(Demo, ASchemaThatIsNoneOrNeverEnds) {
  EXPECT_EQ(example("[]"), "{}");
  EXPECT_EQ(example("nonsense"), "{}");
  EXPECT_EQ(example("{}"), "\"Demo conversation\"");
  EXPECT_EQ(example(R"({"$ref":"#/nowhere"})"), "null");
  EXPECT_EQ(example(R"({"$ref":"https://x.test/schema"})"), "null");
  EXPECT_EQ(example(R"({"anyOf":[{"type":"number"},{"type":"string"}]})"), "1");
  EXPECT_EQ(example(R"({"type":"string","maxLength":4})"), "\"Demo\"");
  EXPECT_EQ(example(R"({"type":"array","items":{"type":"null"},"minItems":2})"), "[null,null]");
  EXPECT_LT(example(R"({"type":"object","properties":{"again":{"$ref":"#"}}})").size(), 500U);
}

TEST(Demo, AnswersAStructuredRequestWithItsFields) {
  const auto answer = reply(parse(request(
      R"({"role":"user","content":"hi"})",
      R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"title":{"type":"string"}}}}})")));
  EXPECT_EQ(answer.text, R"({"title":"Demo conversation"})");
}

TEST(Demo, PiecesAddUpToTheText) {
  const std::string text = "one two\n\nthree  four";
  std::string joined;
  for (const auto piece : pieces(text)) joined += piece;
  EXPECT_EQ(joined, text);
  EXPECT_EQ(pieces(text).size(), 4U);
  EXPECT_TRUE(pieces("").empty());
}

TEST(Demo, MalformedRequestsAreRefused) {
  json::Reader reader;
  for (std::string body : {"", "[]", R"({"messages":{}})", R"({"max_tokens":"x"})", R"({"stream":1})"}) {
    EXPECT_FALSE(parse_conversation(reader, body)) << body;
  }
}

}  // namespace
}  // namespace ccp::demo
