#include <gtest/gtest.h>

#include <random>

#include "translate/event_recorder.h"
#include "translate/stream.h"

/// Streams no provider would send on purpose: whatever comes, the events keep the protocol's rules.
namespace ccp::translate {
namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }

template <std::size_t N>
std::string_view one_of(Random& random, const std::string_view (&choices)[N]) {
  return choices[below(random, N)];
}

openai::ToolCallDelta random_call(Random& random) {
  openai::ToolCallDelta call;
  if (below(random, 3) > 0) call.index = static_cast<std::int64_t>(below(random, 3));
  call.id = one_of(random, {"", "", "i", "j"});
  call.name = one_of(random, {"", "", "a", "b", "get"});
  call.arguments = one_of(random, {"", "{}", R"({"x":)", "1}", R"({"y":2})", "\n", "[", "\"{}\"", "}"});
  return call;
}

std::shared_ptr<const MarkupTools> markup_tools() {
  return std::make_shared<MarkupTools>(
      MarkupTools{.bare_json = true, .tools = {{"a", R"({"type":"object"})"}, {"get", "{}"}}});
}

openai::Chunk random_chunk(Random& random) {
  openai::Chunk chunk{.has_choice = true};
  switch (below(random, 8)) {
    case 0:
      chunk.content =
          one_of(random, {"x", " ", "<think>", "</think>", "<th", "ink>", "<tool_call>", "</tool_call>", "a",
                          R"({"name":"get"})", "<invoke name=\"a\">", "</invoke>"});
      break;
    case 1:
      chunk.reasoning = one_of(random, {"r", "\n"});
      break;
    case 2:
      chunk.refusal = "no";
      break;
    case 3:
      chunk.usage = openai::Usage{.prompt_tokens = below(random, 9), .completion_tokens = below(random, 9)};
      break;
    case 4:
      chunk.finish_reason = one_of(random, {"stop", "length", "tool_calls", "content_filter"});
      break;
    default:
      for (std::size_t i = below(random, 3); i < 3; ++i) chunk.tool_calls.push_back(random_call(random));
  }
  return chunk;
}

TEST(Stream, AnyDeltasGiveAValidMessage) {
  int complete = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    EventRecorder recorder;
    StreamContext context{.message_id = "msg_1", .model = "m", .max_waiting_arguments = 20000};
    context.thinking = below(random, 4) > 0;
    context.lenient_arguments = below(random, 2) == 0;
    if (below(random, 2) == 0) context.text_calls = markup_tools();
    Stream stream(context, recorder);
    for (std::size_t n = below(random, 12); n > 0; --n) stream.feed(random_chunk(random));
    stream.finish(below(random, 4) > 0);
    ASSERT_TRUE(recorder.ended());
    ASSERT_TRUE(stream.ended());
    if (!recorder.failure) {
      ++complete;
      ASSERT_FALSE(recorder.blocks.empty());
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(complete, 2000);
}

}  // namespace
}  // namespace ccp::translate
