#include <gtest/gtest.h>

#include <span>

#include "anthropic/parsed_body.h"

namespace ccp::anthropic {
namespace {

struct BadRequest {
  std::string body;
  std::string error;
};

/// The message must begin with the expected one.
void expect_errors(std::span<const BadRequest> cases) {
  for (const auto& bad : cases) {
    const Parsed parsed(bad.body);
    EXPECT_EQ(parsed.error().substr(0, bad.error.size()), bad.error) << bad.body << "\n" << parsed.error();
    if (!parsed.request) {
      EXPECT_EQ(parsed.request.error().kind, ErrorKind::invalid_request);
      EXPECT_EQ(parsed.request.error().source, ErrorSource::client);
      EXPECT_EQ(parsed.request.error().cause, "");
    }
  }
}

TEST(MessagesErrors, OfTheBody) {
  const BadRequest cases[] = {
      {"[]", "expected an object"},
      {"", "empty, expected a JSON value"},
      {R"({"max_tokens":1,"messages":[]})", "model: field required"},
      {R"({"model":"","max_tokens":1,"messages":[]})", "model: must not be empty"},
      {R"({"model":1})", "model: expected a string"},
      {R"({"model":"m","messages":[{"role":"user","content":"a"}]})", "max_tokens: field required"},
      {R"({"model":"m","max_tokens":1})", "messages: field required"},
      {R"({"model":"m","max_tokens":1,"messages":[]})", "messages: at least one message is required"},
      {R"({"model":"m","max_tokens":1,"messages":null})", "messages: expected a list"},
      {R"({"model":"m","max_tokens":-1})", "max_tokens: must be at least 0"},
      {R"({"model":"m","max_tokens":"1"})", "max_tokens: expected a number"},
      {R"({"model":"m","max_tokens":1.5})", "max_tokens: expected an integer"},
  };
  expect_errors(cases);
}

TEST(MessagesErrors, OfMessagesAndBlocks) {
  const BadRequest cases[] = {
      {with_messages("[1]"), "messages.0: expected an object"},
      {with_messages(R"([{"content":"a"}])"), "messages.0.role: field required"},
      {with_messages(R"([{"role":"tool","content":"a"}])"),
       "messages.0.role: expected user, assistant or system"},
      {with_messages(R"([{"role":"user"}])"), "messages.0.content: field required"},
      {with_messages(R"([{"role":"user","content":null}])"),
       "messages.0.content: expected a string or a list of content blocks"},
      {with_messages(R"([{"role":"user","content":{"type":"text","text":"a"}}])"),
       "messages.0.content: expected a string or a list of content blocks"},
      {with_messages(R"([{"role":"user","content":["a"]}])"), "messages.0.content.0: expected an object"},
      {with_block("{}"), "messages.0.content.0.type: field required"},
      {with_block(R"({"type":1})"), "messages.0.content.0.type: expected a string"},
      {with_block(R"({"type":"text"})"), "messages.0.content.0.text: field required"},
      {with_block(R"({"text":[],"type":"text"})"), "messages.0.content.0.text: expected a string"},
      {with_block(R"({"type":"text","text":"a","citations":[tru]})"),
       "messages.0.content.0.citations: malformed JSON"},
      {with_block(R"({"type":"image"})"), "messages.0.content.0.source: field required"},
      {with_block(R"({"type":"image","source":"x"})"), "messages.0.content.0.source: expected an object"},
      {with_block(R"({"type":"image","source":{"data":"x"}})"),
       "messages.0.content.0.source.type: field required"},
      {with_block(R"({"type":"image","source":{"type":"base64","data":3}})"),
       "messages.0.content.0.source.data: expected a string"},
      {with_block(R"({"type":"image","source":{"type":"url"}})"),
       "messages.0.content.0.source.url: field required"},
      {with_block(R"({"type":"image","source":{"type":"text","data":"x"}})"),
       "messages.0.content.0.source.type: an image's source is base64, url or file"},
      {with_block(R"({"type":"tool_use","name":"n"})"), "messages.0.content.0.id: field required"},
      {with_block(R"({"type":"tool_use","id":"i"})"), "messages.0.content.0.name: field required"},
      {with_block(R"({"type":"tool_result","content":"x"})"),
       "messages.0.content.0.tool_use_id: field required"},
      {with_block(R"({"type":"tool_result","tool_use_id":"i","content":[{"type":"image","source":)"
                  R"({"type":"base64"}}]})"),
       "messages.0.content.0.content.0.source.data: field required"},
  };
  expect_errors(cases);
}

TEST(MessagesErrors, OfParameters) {
  const BadRequest cases[] = {
      {with_fields(R"("system":5)"), "system: expected a string or a list of content blocks"},
      {with_fields(R"("tools":{})"), "tools: expected a list"},
      {with_fields(R"("tools":[{"description":"d"}])"), "tools.0.name: field required"},
      {with_fields(R"("tools":[{"name":"n","input_schema":"x"}])"),
       "tools.0.input_schema: expected an object"},
      {with_fields(R"("tool_choice":"auto")"), "tool_choice: expected an object"},
      {with_fields(R"("tool_choice":{})"), "tool_choice.type: field required"},
      {with_fields(R"("tool_choice":{"type":"some"})"), "tool_choice.type: expected auto, any, tool or none"},
      {with_fields(R"("tool_choice":{"type":"tool"})"), "tool_choice.name: field required"},
      {with_fields(R"("thinking":{"type":"enabled","budget_tokens":"x"})"),
       "thinking.budget_tokens: expected a number"},
      {with_fields(R"("output_config":{"format":{"type":"json_schema"}})"),
       "output_config.format.schema: field required"},
      {with_fields(R"("stop_sequences":["a",1])"), "stop_sequences.1: expected a string"},
      {with_fields(R"("temperature":"hot")"), "temperature: expected a number"},
      {with_fields(R"("stream":"yes")"), "stream: expected true or false"},
      {with_fields(R"("unknown":{"a":nul})"), "unknown: malformed JSON"},
      {with_fields(R"("unknown":1) x)"), "unknown: malformed JSON"},
      {with_fields(R"("unknown":1}})"), "malformed JSON: something follows"},
  };
  expect_errors(cases);
}

TEST(MessagesErrors, NestedContentIsBounded) {
  const auto nested = [](int levels) {
    std::string block = R"({"type":"text","text":"a"})";
    for (int i = 0; i < levels; ++i) {
      block.insert(0, R"({"content":[)").append(R"(],"tool_use_id":"i","type":"tool_result"})");
    }
    return Parsed(with_block(block)).error();
  };
  EXPECT_EQ(nested(3), "accepted");
  EXPECT_NE(nested(4).find("nested too deep"), std::string::npos) << nested(4);
  EXPECT_NE(nested(40).find("nested too deep"), std::string::npos);
}

TEST(MessagesErrors, NamesInErrorsAreBounded) {
  const Parsed parsed(with_fields("\"" + std::string(100000, 'x') + "\":tru"));
  EXPECT_LT(parsed.error().size(), 100U);
}

}  // namespace
}  // namespace ccp::anthropic
