#include "anthropic/events.h"

#include <gtest/gtest.h>

#include "json/reader.h"

namespace ccp::anthropic {
namespace {

constexpr Usage usage{.input_tokens = 12, .output_tokens = 1, .cache_read_input_tokens = 3};

/// A message with every kind of block, for any sink.
void play(EventSink& sink) {
  sink.message_start("msg_1", "claude-x", usage);
  sink.ping();
  sink.thinking_start();
  sink.thinking_delta("hm");
  sink.signature_delta("sig");
  sink.block_stop();
  sink.text_start();
  sink.text_delta("a \"b\"\n");
  sink.text_delta("世");
  sink.block_stop();
  sink.tool_use_start("toolu_1", "ls");
  sink.input_json_delta(R"({"p":)");
  sink.input_json_delta("1}");
  sink.block_stop();
  sink.message_delta(StopReason::tool_use, std::nullopt,
                     {.input_tokens = 12, .output_tokens = 9, .cache_read_input_tokens = 3});
  sink.message_stop();
}

constexpr std::string_view played =
    R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,"context_management":null,"diagnostics":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":1,"output_tokens_details":null,"server_tool_use":null,"iterations":null,"fallback_credit":null,"cache_creation":null,"inference_geo":null,"service_tier":null,"speed":null}}}

event: ping
data: {"type":"ping"}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm","estimated_tokens":null}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":null}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a \"b\"\n"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"世"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"ls","input":{},"caller":{"type":"direct"}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"p\":"}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":9,"output_tokens_details":null,"server_tool_use":null,"iterations":null,"fallback_credit":null},"context_management":null}

event: message_stop
data: {"type":"message_stop"}

)";

TEST(StreamWriter, ExactBytes) {
  std::string out;
  StreamWriter writer(out);
  play(writer);
  EXPECT_EQ(out, played);
}

TEST(StreamWriter, ErrorAndStopSequence) {
  std::string out;
  StreamWriter writer(out);
  writer.message_delta(StopReason::stop_sequence, "END", {});
  EXPECT_NE(out.find(R"({"stop_reason":"stop_sequence","stop_sequence":"END",)"), out.npos) << out;
  out.clear();
  writer.error(Error{.kind = ErrorKind::overloaded, .message = "busy"});
  EXPECT_EQ(out,
            "event: error\ndata: "
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n");
}

TEST(StopReason, Names) {
  EXPECT_EQ(name(StopReason::end_turn), "end_turn");
  EXPECT_EQ(name(StopReason::max_tokens), "max_tokens");
  EXPECT_EQ(name(StopReason::stop_sequence), "stop_sequence");
  EXPECT_EQ(name(StopReason::tool_use), "tool_use");
  EXPECT_EQ(name(StopReason::refusal), "refusal");
  EXPECT_EQ(name(StopReason::model_context_window_exceeded), "model_context_window_exceeded");
}

TEST(MessageCollector, AddsUpTheMessage) {
  MessageCollector collector;
  play(collector);
  EXPECT_FALSE(collector.failure());
  EXPECT_EQ(
      collector.take(),
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[)"
      R"({"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"a \"b\"\n世","citations":null},)"
      R"({"type":"tool_use","id":"toolu_1","name":"ls","input":{"p":1},"caller":{"type":"direct"}}],"stop_reason":"tool_use","stop_sequence":null,)"
      R"("stop_details":null,"container":null,"context_management":null,"diagnostics":null,)"
      R"("usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,)"
      R"("output_tokens":9,"output_tokens_details":null,"server_tool_use":null,"iterations":null,)"
      R"("fallback_credit":null,"cache_creation":null,"inference_geo":null,"service_tier":null,"speed":null}})");
}

TEST(MessageCollector, Inputs) {
  struct Case {
    std::string_view arguments, input;
  };
  const Case cases[] = {
      {R"({"a":1})", R"({"a":1})"},
      {" \n{\"a\": 1}\t", R"({"a": 1})"},
      {"", "{}"},
      {"  ", "{}"},
      {R"("{\"a\":\"\\\"\"}")", R"({"a":"\""})"},
      {R"({"a":)", R"({"raw_arguments":"{\"a\":"})"},
      {"[1]", R"({"raw_arguments":"[1]"})"},
      {R"("text")", R"({"raw_arguments":"\"text\""})"},
      {R"("{}","{}")", R"({"raw_arguments":"\"{}\",\"{}\""})"},
      {"not json", R"({"raw_arguments":"not json"})"},
  };
  for (const auto& c : cases) {
    MessageCollector collector;
    collector.message_start("m", "m", {});
    collector.tool_use_start("t", "f");
    collector.input_json_delta(c.arguments);
    collector.block_stop();
    collector.message_delta(StopReason::tool_use, std::nullopt, {});
    collector.message_stop();
    const auto json = collector.take();
    EXPECT_NE(json.find("\"input\":" + std::string(c.input) + ",\"caller\""), json.npos)
        << c.arguments << " in " << json;
    EXPECT_TRUE(json::is_object(json)) << json;
  }
}

TEST(MessageCollector, ErrorsAndTheLimit) {
  MessageCollector failed;
  failed.message_start("m", "m", {});
  failed.error(Error{.kind = ErrorKind::timeout, .message = "silent"});
  ASSERT_TRUE(failed.failure());
  EXPECT_EQ(failed.failure()->message, "silent");
  EXPECT_EQ(failed.take(), "");

  MessageCollector small(100);
  small.message_start("m", "m", {});
  small.text_start();
  for (int i = 0; i < 50; ++i) small.text_delta("0123456789");
  small.block_stop();
  small.message_delta(StopReason::end_turn, std::nullopt, {});
  small.message_stop();
  ASSERT_TRUE(small.failure());
  EXPECT_EQ(small.failure()->kind, ErrorKind::bad_gateway);
  EXPECT_EQ(small.take(), "");
}

TEST(MessageCollector, AnEmptyMessage) {
  MessageCollector collector;
  collector.message_start("m", "m", {});
  collector.message_delta(StopReason::end_turn, std::nullopt, {});
  collector.message_stop();
  EXPECT_NE(collector.take().find(R"("content":[],"stop_reason":"end_turn")"), std::string::npos);
}

}  // namespace
}  // namespace ccp::anthropic
