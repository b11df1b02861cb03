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

}  // namespace
}  // namespace ccp::anthropic
