#include "translate/stream.h"

#include <gtest/gtest.h>

#include "translate/event_recorder.h"

namespace ccp::translate {
namespace {

StreamContext context() {
  return {.message_id = "msg_01", .model = "claude-opus-4-8", .input_tokens = 50, .host = "api.example.com"};
}

enum class End { done, bytes };

/// Feeds chunks given as JSON, as the proxy does.
void feed_all(Stream& stream, const std::vector<std::string>& chunks) {
  json::Reader reader;
  for (std::string text : chunks) {
    const auto chunk = openai::parse_chunk(reader, text);
    chunk ? stream.feed(*chunk) : stream.fail(chunk.error());
  }
}

EventRecorder run(const std::vector<std::string>& chunks, StreamContext with = context(),
                  End end = End::done) {
  EventRecorder recorder;
  Stream stream(std::move(with), recorder);
  feed_all(stream, chunks);
  stream.finish(end == End::done);
  EXPECT_TRUE(recorder.ended());
  EXPECT_TRUE(stream.ended());
  EXPECT_EQ(stream.stop_reason().has_value(), !recorder.failure.has_value());
  stream.fail(Error{.message = "late"});
  stream.finish(true);
  stream.ping();
  feed_all(stream, chunks);
  return recorder;
}

std::string delta(std::string_view json) {
  return R"({"choices":[{"index":0,"delta":)" + std::string(json) + "}]}";
}
std::string content(std::string_view text) { return delta(R"({"content":")" + std::string(text) + R"("})"); }
std::string reasoning(std::string_view text) {
  return delta(R"({"reasoning_content":")" + std::string(text) + R"("})");
}
std::string tools(std::string_view calls) { return delta(R"({"tool_calls":[)" + std::string(calls) + "]}"); }
std::string finish(std::string_view reason, std::string_view more = "") {
  return R"({"choices":[{"index":0,"delta":{},"finish_reason":")" + std::string(reason) + "\"" +
         std::string(more) + "}]}";
}

using Blocks = std::vector<std::string>;

TEST(Stream, Text) {
  const auto r = run(
      {delta(R"({"role":"assistant","content":""})"), content("Hello"), content(" world"), finish("stop")});
  EXPECT_EQ(r.blocks, Blocks{"text:Hello world"});
  EXPECT_EQ(r.ending, "end_turn");
  EXPECT_EQ(r.pings, 1);
  EXPECT_EQ(r.start_usage.input_tokens, 50);
}

TEST(Stream, ACutThatLeavesNothingToSeeTellsItsCure) {
  auto with = context();
  with.cure_of_cut = "raise the limit";
  const std::string thought = R"({"choices":[{"delta":{"reasoning":"hm"}}]})";
  const auto blocks = [&](const std::vector<std::string>& chunks) { return run(chunks, with).blocks; };
  EXPECT_EQ(blocks({thought, finish("length", "")}),
            (std::vector<std::string>{"thinking:hm", "text:raise the limit"}));
  EXPECT_EQ(blocks({finish("length", "")}), std::vector<std::string>{"text:raise the limit"});
  EXPECT_EQ(blocks({content("x"), finish("length", "")}), std::vector<std::string>{"text:x"});
  EXPECT_EQ(blocks({thought, finish("stop", "")}), std::vector<std::string>{"thinking:hm"});
}

TEST(Stream, StopReasons) {
  struct Case {
    std::string_view reason, more, ending;
  };
  const Case cases[] = {
      {"stop", "", "end_turn"},
      {"length", "", "max_tokens"},
      {"model_length", "", "max_tokens"},
      {"content_filter", "", "refusal"},
      {"content_filter: PROHIBITED_CONTENT", "", "refusal"},
      {"safety", "", "refusal"},
      {"sensitive", "", "refusal"},
      {"refusal", "", "refusal"},
      {"MAX_TOKENS", "", "max_tokens"},
      {"Stop", "", "end_turn"},
      {"context-window-exceeded", "", "model_context_window_exceeded"},
      {"eos_token", "", "end_turn"},
      {"stop", R"(,"stop_reason":"END")", "stop_sequence END"},
      {"stop", R"(,"stop_reason":"other")", "end_turn"},
      {"stop", R"(,"stop_reason":128009)", "end_turn"},
  };
  for (const auto& c : cases) {
    auto with = context();
    with.stop_sequences = {"HALT", "END"};
    EXPECT_EQ(run({content("x"), finish(c.reason, c.more)}, with).ending, c.ending) << c.reason;
  }
}

TEST(Stream, ABrokenOffAnswerIsAnError) {
  for (const char* reason :
       {"error", "abort", "network_error", "function_call_filter: MALFORMED_FUNCTION_CALL"}) {
    const auto r = run({content("x"), finish(reason)});
    ASSERT_TRUE(r.failure) << reason;
    EXPECT_EQ(r.failure->kind, ErrorKind::bad_gateway);
    EXPECT_NE(r.ending.find(reason), std::string::npos);
  }
  const auto busy = run({finish("insufficient_system_resource")});
  ASSERT_TRUE(busy.failure);
  EXPECT_EQ(busy.failure->kind, ErrorKind::overloaded);
}

TEST(Stream, RefusalTextIsShown) {
  const auto r = run({delta(R"({"refusal":"I cannot"})"), finish("stop")});
  EXPECT_EQ(r.blocks, Blocks{"text:I cannot"});
  EXPECT_EQ(r.ending, "refusal");
}

TEST(Stream, ReasoningAndTextThatAlternateAreOneBlockEach) {
  const auto r =
      run({reasoning("a"), reasoning("b"), content("x"), reasoning("c"), content("y"), finish("stop")});
  EXPECT_EQ(r.blocks, (Blocks{"thinking:ab", "text:xy"}));
}

TEST(Stream, ThinkTagsInAnySplit) {
  const std::string whole = "\\n<think>why not</think>\\n\\nanswer";
  const std::string raw = "\n<think>why not</think>\n\nanswer";
  for (const std::size_t step : {1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 1000}) {
    std::vector<std::string> chunks;
    for (std::size_t at = 0; at < raw.size(); at += step) {
      std::string piece;
      for (const char c : raw.substr(at, step)) piece += c == '\n' ? std::string("\\n") : std::string(1, c);
      chunks.push_back(content(piece));
    }
    chunks.push_back(finish("stop"));
    EXPECT_EQ(run(chunks).blocks, (Blocks{"thinking:why not", "text:answer"})) << "in steps of " << step;
  }
}

TEST(Stream, DisabledThinkingIsNotShown) {
  auto with = context();
  with.thinking = false;
  EventRecorder recorder;
  Stream stream(with, recorder);
  feed_all(stream, {reasoning("secret")});
  EXPECT_TRUE(stream.started());
  EXPECT_FALSE(stream.has_content());
  feed_all(stream, {content("x"), finish("stop")});
  stream.finish(true);
  EXPECT_EQ(recorder.blocks, Blocks{"text:x"});
  EXPECT_EQ(run({content("<think>secret</think>x"), finish("stop")}, with).blocks, Blocks{"text:x"});
}

TEST(Stream, WhiteSpaceAloneIsNoBlock) {
  EXPECT_EQ(
      run({content("\\n\\n"), tools(R"({"index":0,"id":"a","function":{"name":"ls","arguments":"{}"}})"),
           finish("tool_calls")})
          .blocks,
      Blocks{"tool ls:{}"});
  EXPECT_EQ(run({content("\\n"), content(" x"), finish("stop")}).blocks, Blocks{"text:\n x"});
  EXPECT_EQ(run({content("<think>\\n\\n</think>\\n\\nx"), finish("stop")}).blocks, Blocks{"text:x"});
}

TEST(Stream, AnAnswerOfNothingIsOneEmptyText) {
  const auto r = run({delta(R"({"role":"assistant"})"), finish("stop")});
  EXPECT_EQ(r.blocks, Blocks{"text:"});
  EXPECT_EQ(r.ending, "end_turn");
}

TEST(Stream, TheEndNeedsAFinishReasonOrDone) {
  EXPECT_EQ(run({content("x"), finish("stop")}, context(), End::bytes).ending, "end_turn");
  EXPECT_EQ(run({content("x")}, context(), End::done).ending, "end_turn");
  const auto r = run({content("x")}, context(), End::bytes);
  ASSERT_TRUE(r.failure);
  EXPECT_NE(r.ending.find("ended early"), std::string::npos) << r.ending;
  EXPECT_TRUE(run({}, context(), End::bytes).failure);
}

TEST(Stream, UsageInEveryPosition) {
  const std::string usage =
      R"("usage":{"prompt_tokens":100,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":60}})";
  const std::vector<std::vector<std::string>> streams = {
      {content("x"), R"({"choices":[{"delta":{},"finish_reason":"stop"}],)" + usage + "}"},
      {content("x"), finish("stop"), R"({"choices":[],)" + usage + "}"},
      {content("x"), finish("stop"), "{" + usage + "}"},
      {R"({"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":100,"completion_tokens":1}})",
       R"({"choices":[{"delta":{},"finish_reason":"stop"}],)" + usage + "}"},
      {content("x"), R"({"choices":[{"delta":{},"finish_reason":"stop",)" + usage + "}]}"},
      {content("x"), finish("stop"),
       R"({"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":7,"prompt_cache_hit_tokens":60}})"},
      {content("x"), finish("stop"), R"({"choices":[],)" + usage + "}",
       R"({"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"prompt_tokens_details":null}})"},
  };
  for (const auto& chunks : streams) {
    const auto r = run(chunks);
    EXPECT_EQ(r.end_usage.input_tokens, 40) << chunks.back();
    EXPECT_EQ(r.end_usage.cache_read_input_tokens, 60) << chunks.back();
    EXPECT_EQ(r.end_usage.output_tokens, 7) << chunks.back();
  }
}

TEST(Stream, MissingOrOddUsageIsEstimated) {
  const auto missing = run({content("twelve bytes"), finish("stop"), R"({"choices":[],"usage":null})"});
  EXPECT_EQ(missing.end_usage.input_tokens, 50);
  EXPECT_EQ(missing.end_usage.output_tokens, 3);
  const auto none = run({finish("stop")});
  EXPECT_EQ(none.end_usage.output_tokens, 1);
  const auto more_cached =
      run({content("x"), finish("stop"),
           R"({"usage":{"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":64}}})"});
  EXPECT_EQ(more_cached.end_usage.input_tokens, 0);
  EXPECT_EQ(more_cached.end_usage.cache_read_input_tokens, 64);
}

TEST(Stream, AnErrorObjectEndsTheStream) {
  const auto r =
      run({content("x"), R"({"error":{"message":"Rate limit exceeded","code":429}})", content("y")});
  ASSERT_TRUE(r.failure);
  EXPECT_EQ(r.failure->kind, ErrorKind::rate_limit);
  EXPECT_EQ(r.blocks, Blocks{"text:x (open)"});
}

TEST(Stream, AMalformedChunkEndsTheStream) {
  const auto r = run({content("x"), R"({"choices":[{"delta":{"content":)", content("y")});
  ASSERT_TRUE(r.failure);
  EXPECT_EQ(r.failure->kind, ErrorKind::bad_gateway);
}

TEST(Stream, AFailureBeforeAnyContentSendsNothingElse) {
  EventRecorder recorder;
  Stream stream(context(), recorder);
  feed_all(stream, {delta(R"({"role":"assistant","content":""})")});
  EXPECT_FALSE(stream.started());
  stream.fail(Error{.message = "no"});
  EXPECT_FALSE(stream.started());
  EXPECT_TRUE(stream.ended());
  EXPECT_EQ(recorder.ending, "error: no");
}

TEST(Stream, StartAndPing) {
  EventRecorder recorder;
  Stream stream(context(), recorder);
  stream.ping();
  EXPECT_EQ(recorder.pings, 0);
  stream.start();
  stream.start();
  stream.ping();
  EXPECT_EQ(recorder.pings, 2);
  EXPECT_TRUE(stream.started());
  EXPECT_FALSE(stream.has_content());
  EXPECT_FALSE(stream.finishing());
  feed_all(stream, {content("x"), finish("stop")});
  EXPECT_TRUE(stream.has_content());
  EXPECT_TRUE(stream.finishing());
  EXPECT_FALSE(stream.ended());
  stream.finish(false);
  EXPECT_EQ(stream.stop_reason(), anthropic::StopReason::end_turn);
}

TEST(Stream, AWholeCompletionIsOneChunk) {
  const auto r =
      run({R"({"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hi",
      "tool_calls":[{"id":"c1","type":"function","function":{"name":"ls","arguments":"{\"p\":1}"}}]},
      "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":4}})"});
  EXPECT_EQ(r.blocks, (Blocks{"text:hi", R"(tool ls:{"p":1})"}));
  EXPECT_EQ(r.ending, "tool_use");
  EXPECT_EQ(r.tool_ids, std::vector<std::string>{"c1"});
}

TEST(Stream, WrittenAsEvents) {
  std::string out;
  anthropic::StreamWriter writer(out);
  Stream stream(context(), writer);
  feed_all(stream, {reasoning("a"), content("b"),
                    tools(R"({"index":0,"id":"c","function":{"name":"ls","arguments":"{}"}})"),
                    finish("tool_calls")});
  stream.finish(true);
  expect_valid_stream(out);
  EXPECT_NE(
      out.find(R"("index":2,"content_block":{"type":"tool_use","id":"c","name":"ls","input":{},"caller")"),
      out.npos)
      << out;
}

TEST(Stream, TextThatWaitsBehindACallIsShownAndThinkingIsNot) {
  const auto r = run({tools(R"({"index":0,"id":"a","function":{"name":"ls","arguments":"{\"p\""}})"),
                      reasoning("h"), reasoning("m"), content("x"), reasoning("!"),
                      tools(R"({"index":0,"function":{"arguments":":1}"}})"), finish("tool_calls")});
  EXPECT_EQ(r.blocks, (Blocks{R"(tool ls:{"p":1})", "text:x"}));
}

TEST(Stream, TheFenceAroundAJsonAnswerIsTakenOff) {
  auto with = context();
  with.json_answer = true;
  const std::vector<std::string> fenced = {content("```json\\n{}"), content("\\n```"), finish("stop")};
  EXPECT_EQ(run(fenced, with).blocks, Blocks{"text:{}"});
  EXPECT_EQ(run(fenced).blocks, Blocks{"text:```json\n{}\n```"}) << "text is what the client asked for";
  EXPECT_EQ(run({content("``"), finish("stop")}, with).blocks, Blocks{"text:``"})
      << "a fence in its beginnings";
}

TEST(Stream, WhatWasFoundIsTheFirstBlock) {
  auto with = context();
  with.found = {{"https://a", "A"}};
  const auto first = "search:[A](https://a)";
  EXPECT_EQ(run({finish("stop")}, with).blocks, Blocks{first});
  EXPECT_EQ(run({content("x"), finish("stop")}, with).blocks, (Blocks{first, "text:x"}));
  EXPECT_EQ(run({reasoning("x"), finish("stop")}, with).blocks, (Blocks{first, "thinking:x"}));
  EXPECT_EQ(
      run({tools(R"({"index":0,"id":"a","function":{"name":"ls","arguments":"{}"}})"), finish("stop")}, with)
          .blocks,
      (Blocks{first, "tool ls:{}"}));
}

}  // namespace
}  // namespace ccp::translate
