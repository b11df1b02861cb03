#include "anthropic/event_filter.h"

#include <gtest/gtest.h>

namespace ccp::anthropic {
namespace {

/// An answer that thinks, speaks twice and calls a tool.
void answer(EventSink& sink, std::string_view text = "So far.") {
  sink.message_start("msg_1", "m", {.input_tokens = 3});
  sink.thinking_start();
  sink.thinking_delta("secret");
  sink.signature_delta("sig");
  sink.block_stop();
  for (int i = 0; i < 2; ++i) {
    sink.text_start();
    sink.text_delta(text);
    sink.block_stop();
  }
  sink.tool_use_start("t1", "Read");
  sink.input_json_delta("{}");
  sink.block_stop();
  sink.message_delta(StopReason::tool_use, std::nullopt, {.output_tokens = 2});
  sink.message_stop();
}

template <class Filter>
std::string collected(std::string_view text = "So far.") {
  MessageCollector collector;
  Filter filter(collector);
  answer(filter, text);
  return collector.take();
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST(EventFilter, OmittedThinkingKeepsItsSignature) {
  const auto message = collected<OmittedThinking>();
  EXPECT_FALSE(has(message, "secret")) << message;
  EXPECT_TRUE(has(message, R"("thinking":"","signature":"sig")")) << message;
  EXPECT_TRUE(has(message, R"("text":"So far.")")) << message;
  EXPECT_TRUE(has(message, R"("name":"Read")")) << message;
}

TEST(EventFilter, ACompactionIsOneBlock) {
  const auto message = collected<Compacting>();
  EXPECT_TRUE(has(
      message, R"("content":[{"type":"compaction","content":"So far.\n\nSo far.","encrypted_content":null}],)"
               R"("stop_reason":"compaction")"))
      << message;
}

TEST(EventFilter, ACompactionWithoutTextHasFailed) {
  const auto message = collected<Compacting>("");
  EXPECT_TRUE(has(message, R"([{"type":"compaction","content":null,"encrypted_content":null}])")) << message;
}

TEST(EventFilter, ACompactionAsAStream) {
  std::string out;
  StreamWriter writer(out);
  Compacting filter(writer);
  answer(filter);
  EXPECT_TRUE(
      has(out, R"("index":0,"content_block":{"type":"compaction","content":null,"encrypted_content":null}})"))
      << out;
  EXPECT_TRUE(has(out, R"("index":0,"delta":{"type":"compaction_delta","content":"So far.\n\nSo far.",)"
                       R"("encrypted_content":null}})"))
      << out;
  EXPECT_TRUE(has(out, R"("stop_reason":"compaction")")) << out;
  EXPECT_FALSE(has(out, "Read")) << out;
}

TEST(EventFilter, AVeryLongSummaryIsCut) {
  const auto message = collected<Compacting>(std::string(std::size_t{5} << 20, 'x'));
  EXPECT_LT(message.size(), (std::size_t{4} << 20) + 1000);
}

TEST(EventFilter, PingsAndErrorsPass) {
  std::string out;
  StreamWriter writer(out);
  OmittedThinking filter(writer);
  filter.ping();
  filter.web_search("srvtoolu_1", {});
  filter.error({.message = "broken"});
  for (const auto* part : {"event: ping", "web_search_tool_result", "broken"}) {
    EXPECT_TRUE(has(out, part)) << part;
  }
}

TEST(EventFilter, AnEndingIsHeldUntilTheCallsAreJudged) {
  std::string out;
  StreamWriter writer(out);
  std::vector<ToolCall> calls;
  HeldEnding held(writer, [&](ToolCall call) { calls.push_back(std::move(call)); });
  answer(held);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].id, "t1");
  EXPECT_EQ(calls[0].name, "Read");
  EXPECT_EQ(calls[0].input, "{}");
  EXPECT_TRUE(held.holds());
  EXPECT_TRUE(has(out, "content_block_stop"));
  EXPECT_FALSE(has(out, "message_delta"));
  held.release("[1]");
  EXPECT_FALSE(held.holds());
  EXPECT_TRUE(has(out, R"("container":null,"safeguard_results":[1]},"usage")")) << out;
  EXPECT_TRUE(out.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

TEST(EventFilter, AnAnswerThatFailsIsNotHeld) {
  std::string out;
  StreamWriter writer(out);
  HeldEnding held(writer, [](const ToolCall&) {});
  held.message_start("msg_1", "m", {});
  held.error({.kind = ErrorKind::api, .message = "broke"});
  EXPECT_FALSE(held.holds());
  EXPECT_TRUE(has(out, "event: error"));
  held.release("[]");
  EXPECT_FALSE(has(out, "message_stop"));
}

TEST(EventFilter, JudgementInAMessage) {
  MessageCollector collector;
  HeldEnding held(collector, [](const ToolCall&) {});
  answer(held);
  held.release("[1]");
  EXPECT_TRUE(has(collector.take(), R"("safeguard_results":[1])"));
}

TEST(Safeguards, EveryJudgementHasItsForm) {
  using Type = Judgement::Type;
  const std::vector<JudgedCall> calls = {{"a\"b", {Type::not_flagged, ""}},
                                         {"c", {Type::flagged, "bad \"x\""}},
                                         {"d", {Type::skipped, ""}},
                                         {"e", {Type::unavailable, "timeout"}}};
  EXPECT_EQ(safeguard_results_json(calls),
            R"([{"type":"dangerous_tool_use","status":{"type":"available","tool_uses":{)"
            R"("a\"b":{"type":"evaluated","outcome":"not_flagged"},)"
            R"("c":{"type":"evaluated","outcome":"flagged","explanation":"bad \"x\""},)"
            R"("d":{"type":"skipped"},"e":{"type":"unavailable","reason":"timeout"}}}}])");
}

}  // namespace
}  // namespace ccp::anthropic
