#include "translate/stream_tool_calls.h"

#include <gtest/gtest.h>

#include "translate/event_recorder.h"
#include "translate/stream.h"

namespace ccp::translate {
namespace {

using Blocks = std::vector<std::string>;

struct Delta {
  std::string text;
  std::vector<openai::ToolCallDelta> calls;
  std::string finish;
  std::string thought;
};

using Deltas = std::vector<Delta>;

EventRecorder run(const Deltas& deltas, StreamContext with = {}) {
  if (with.message_id.empty()) with.message_id = "msg_7";
  with.model = "m";
  EventRecorder recorder;
  Stream stream(with, recorder);
  for (const auto& d : deltas) {
    openai::Chunk chunk{.has_choice = true};
    chunk.content = d.text;
    chunk.reasoning = d.thought;
    chunk.tool_calls = d.calls;
    chunk.finish_reason = d.finish;
    stream.feed(chunk);
  }
  stream.finish(true);
  EXPECT_TRUE(recorder.ended());
  return recorder;
}

Delta call(std::optional<std::int64_t> index, std::string_view id, std::string_view name,
           std::string_view arguments) {
  return {.calls = {{index, id, name, arguments}}};
}
Delta text(std::string said) { return {.text = std::move(said)}; }
Delta finish(std::string reason) { return {.finish = std::move(reason)}; }

struct Case {
  std::string_view what;
  Deltas deltas;
  Blocks blocks;
  std::string_view ending = "tool_use";
};

void expect(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    const auto r = run(c.deltas);
    EXPECT_EQ(r.blocks, c.blocks) << c.what;
    EXPECT_EQ(r.ending, c.ending) << c.what;
  }
}

constexpr std::nullopt_t no = std::nullopt;

const Blocks two = {R"(tool a:{"x":1})", R"(tool b:{"y":2})"};

/// The same two calls in every shape that providers send.
const std::vector<Case> shapes_of_two_calls = {
    {"the usual stream",
     {call(0, "i", "a", ""), call(0, "", "", R"({"x")"), call(0, "", "", ":1}"), call(1, "j", "b", ""),
      call(1, "", "", R"({"y":2})"), finish("tool_calls")},
     two},
    {"interleaved by index",
     {call(0, "i", "a", ""), call(1, "j", "b", ""), call(1, "", "", R"({"y")"), call(0, "", "", R"({"x")"),
      call(1, "", "", ":2}"), call(0, "", "", ":1}"), finish("stop")},
     two},
    {"interleaved by id",
     {call(no, "i", "a", ""), call(no, "j", "b", R"({"y":)"), call(no, "i", "", R"({"x":1})"),
      call(no, "j", "", "2}"), finish("stop")},
     two},
    {"two in one chunk, by position",
     {{.calls = {{no, "", "a", R"({"x":1})"}, {no, "", "b", R"({"y":2})"}}}, finish("stop")},
     two},
    {"fragments by position",
     {{.calls = {{no, "", "a", ""}, {no, "", "b", ""}}},
      {.calls = {{no, "", "", R"({"x":)"}, {no, "", "", R"({"y":)"}}},
      {.calls = {{no, "", "", "1}"}, {no, "", "", "2}"}}},
      finish("stop")},
     two},
    {"index always 0, new ids",
     {call(0, "i", "a", R"({"x":1})"), call(0, "j", "b", ""), call(0, "j", "", R"({"y":2})"), finish("stop")},
     two},
    {"index always 0, no ids",
     {call(0, "", "a", R"({"x":1})"), call(0, "", "b", R"({"y":2})"), finish("stop")},
     two},
    {"index always 0, an id only on the second",
     {call(0, "", "a", R"({"x":1})"), call(0, "j", "b", ""), call(0, "j", "", R"({"y":2})"), finish("stop")},
     two},
    {"name repeated behind the arguments",
     {call(0, "", "a", R"({"x":1})"), call(0, "", "a", ""), call(1, "j", "b", R"({"y":2})"), finish("stop")},
     two},
    {"another name under the same id",
     {call(0, "i", "a", R"({"x":1})"), call(0, "i", "c", ""), call(1, "j", "b", R"({"y":2})"),
      finish("stop")},
     two},
    {"an id that changes behind the first fragment",
     {call(0, "i", "a", ""), call(0, "k", "", R"({"x")"), call(0, "l", "", ":1}"), call(1, "j", "b", ""),
      call(1, "k", "", R"({"y":2})"), finish("stop")},
     two},
    {"fragments by position, ids with the second",
     {{.calls = {{no, "", "a", ""}, {no, "", "b", ""}}},
      {.calls = {{no, "i", "", R"({"x":1})"}, {no, "j", "", R"({"y":2})"}}},
      finish("stop")},
     two},
    {"no keys, the name with every fragment",
     {call(no, "", "a", R"({"x")"), call(no, "", "a", ":1}"), call(no, "", "b", R"({"y":)"),
      call(no, "", "b", "2}"), finish("stop")},
     two},
    {"no keys at all, one after another",
     {call(no, "", "a", ""), call(no, "", "", R"({"x":1})"), call(no, "", "b", ""),
      call(no, "", "", R"({"y":2})"), finish("stop")},
     two},
    {"id and name repeated",
     {call(0, "i", "a", R"({"x")"), call(0, "i", "a", ":1}"), call(1, "j", "b", R"({"y":)"),
      call(1, "j", "b", "2}"), finish("stop")},
     two},
    {"duplicate ids",
     {call(0, "i", "a", R"({"x":1})"), call(1, "i", "b", R"({"y":2})"), finish("stop")},
     two},
    {"duplicate ids without index",
     {call(no, "i", "a", R"({"x":1})"), call(no, "i", "b", R"({"y":2})"), finish("stop")},
     two},
    {"late id",
     {call(0, "", "a", R"({"x")"), call(0, "i", "", ":1}"), call(1, "j", "b", R"({"y":2})"), finish("stop")},
     two},
    {"late name",
     {call(0, "i", "", R"({"x")"), call(0, "", "a", ""), call(0, "", "", ":1}"),
      call(1, "j", "b", R"({"y":2})"), finish("stop")},
     two},
    {"index only on the first delta",
     {call(0, "i", "a", ""), call(no, "", "", R"({"x":1})"), call(1, "j", "b", ""),
      call(no, "", "", R"({"y":2})"), finish("stop")},
     two},
    {"the whole call repeated at the end",
     {call(0, "i", "a", R"({"x")"), call(0, "", "", ":1}"), call(0, "i", "a", R"({"x":1})"),
      call(1, "j", "b", R"({"y":2})"), finish("stop")},
     two},
    {"an empty delta between",
     {call(0, "i", "a", R"({"x":1})"), call(5, "", "", ""), call(1, "j", "b", R"({"y":2})"), finish("stop")},
     two},
    {"white space after the arguments",
     {call(0, "i", "a", R"({"x":1})"), call(0, "", "", "\n"), call(1, "j", "b", R"({"y":2})"),
      call(0, "", "", " "), finish("stop")},
     two},
};

TEST(ToolCalls, KeysAndOddShapes) { expect(shapes_of_two_calls); }

// The first fragment without an index, the next with one and nothing else: still the same call.
TEST(ToolCalls, AnIndexThatComesLate) {
  const auto r = run({call(no, "a", "T", ""), call(0, "", "", "{\"x\":1}"), finish("tool_calls")});
  EXPECT_EQ(r.blocks, Blocks{"tool T:{\"x\":1}"});
}

TEST(ToolCalls, Names) {
  expect({
      {"in pieces",
       {call(0, "i", "get_", ""), call(0, "", "weather", ""), call(0, "", "", "{}"), finish("stop")},
       {"tool get_weather:{}"}},
      {"cumulative",
       {call(0, "i", "get", ""), call(0, "i", "get_weather", ""), call(0, "", "", R"({"x":1})"),
        finish("stop")},
       {R"(tool get_weather:{"x":1})"}},
      {"repeated before the arguments",
       {call(0, "i", "ls", ""), call(0, "i", "ls", ""), call(0, "i", "ls", R"({"x":1})"), finish("stop")},
       {R"(tool ls:{"x":1})"}},
      {"never",
       {call(0, "i", "", R"({"x":1})"), finish("stop")},
       {},
       "error: the provider sent a tool call without a name"},
  });
}

TEST(ToolCalls, NamesAreMappedBack) {
  ToolNames names;
  const std::string long_name(80, 'n');
  const std::string upstream = names.upstream(long_name);
  StreamContext with;
  with.names = &names;
  EXPECT_EQ(run({call(0, "i", upstream, "{}"), finish("stop")}, with).blocks,
            Blocks{"tool " + long_name + ":{}"});
}

TEST(ToolCalls, EmptyArgumentsAndThePlaceholder) {
  expect({
      {"no arguments", {call(0, "i", "a", ""), finish("tool_calls")}, {"tool a:{}"}},
      {"{} alone", {call(0, "i", "a", "{}"), finish("tool_calls")}, {"tool a:{}"}},
      {"{} before the real ones",
       {call(0, "i", "a", "{}"), call(0, "", "", R"({"x")"), call(0, "", "", ":1}"), finish("stop")},
       {R"(tool a:{"x":1})"}},
      {"{} before the real ones, twice",
       {call(0, "i", "a", "{}"), call(1, "j", "b", "{}"), call(0, "", "", R"({"x":1})"),
        call(1, "", "", R"({"y":2})"), finish("stop")},
       {R"(tool a:{"x":1})", R"(tool b:{"y":2})"}},
      {"{} in two pieces", {call(0, "i", "a", "{"), call(0, "", "", "}"), finish("stop")}, {"tool a:{}"}},
      {"{} then another call without keys",
       {call(no, "", "a", "{}"), call(no, "", "b", R"({"y":2})"), finish("stop")},
       {"tool a:{}", R"(tool b:{"y":2})"}},
      {"two without arguments",
       {call(0, "i", "a", ""), call(1, "j", "b", ""), finish("stop")},
       {"tool a:{}", "tool b:{}"}},
  });
}

TEST(ToolCalls, TextBehindACall) {
  expect({
      {"after a whole call",
       {text("t"), call(0, "i", "a", R"({"x":1})"), text("after"), finish("stop")},
       {"text:t", R"(tool a:{"x":1})", "text:after"}},
      {"after a call without arguments",
       {call(0, "i", "a", ""), text("after"), finish("stop")},
       {"tool a:{}", "text:after"}},
      {"behind a call whose name is late",
       {call(0, "i", "", R"({"x":1})"), text("after"), call(0, "", "a", ""), finish("stop")},
       {R"(tool a:{"x":1})", "text:after"}},
      {"in the middle of one",
       {call(0, "i", "a", R"({"x")"), text("after"), call(0, "", "", ":1}"), text("wards"), finish("stop")},
       {R"(tool a:{"x":1})", "text:afterwards"}},
      {"white space does not end a call",
       {call(0, "i", "a", ""), text("\n"), call(0, "", "", R"({"x":1})"), finish("stop")},
       {R"(tool a:{"x":1})"}},
      {"reasoning between calls",
       {call(0, "i", "a", R"({"x":1})"), {.thought = "hm"}, call(1, "j", "b", R"({"y":2})"), finish("stop")},
       {R"(tool a:{"x":1})", "thinking:hm", R"(tool b:{"y":2})"}},
      {"text between interleaved calls keeps its place",
       {call(0, "i", "a", R"({"x")"), call(1, "j", "b", R"({"y")"), text("t"), call(1, "", "", ":2}"),
        call(0, "", "", ":1}"), finish("stop")},
       {R"(tool a:{"x":1})", R"(tool b:{"y":2})", "text:t"}},
      {"an unfinished tag in front",
       {text("<thi"), call(0, "i", "a", "{}"), finish("stop")},
       {"text:<thi", "tool a:{}"}},
  });
}

TEST(ToolCalls, TheFirstStreamsLive) {
  EventRecorder recorder;
  Stream stream({.message_id = "msg_7", .model = "m"}, recorder);
  const auto feed = [&](const Delta& d) {
    openai::Chunk chunk{.has_choice = true};
    chunk.tool_calls = d.calls;
    stream.feed(chunk);
  };
  feed(call(0, "i", "a", ""));
  EXPECT_FALSE(stream.has_content());
  feed(call(0, "", "", R"({"x")"));
  EXPECT_TRUE(stream.has_content());
  feed(call(1, "j", "b", R"({"y":2})"));
  EXPECT_TRUE(recorder.blocks.empty());
  feed(call(0, "", "", ":1}"));
  EXPECT_EQ(recorder.blocks, Blocks{R"(tool a:{"x":1})"});
  stream.finish(true);
  EXPECT_EQ(recorder.blocks, (Blocks{R"(tool a:{"x":1})", R"(tool b:{"y":2})"}));
}

TEST(ToolCalls, CutArguments) {
  expect({
      {"by the limit", {call(0, "i", "a", R"({"x":)"), finish("length")}, {R"(tool a:{"x":)"}, "max_tokens"},
      {"the second by the limit",
       {call(0, "i", "a", R"({"x":1})"), call(1, "j", "b", R"({"y)"), finish("length")},
       {R"(tool a:{"x":1})", R"(tool b:{"y)"},
       "max_tokens"},
      {"otherwise",
       {call(0, "i", "a", R"({"x":)"), finish("tool_calls")},
       {R"(tool a:{"x": (open))"},
       "error: the provider sent the tool call \"a\" with cut or malformed arguments"},
      {"balanced but no JSON",
       {call(0, "i", "a", "{x:1}"), finish("stop")},
       {"tool a:{x:1} (open)"},
       "error: the provider sent the tool call \"a\" with cut or malformed arguments"},
      {"a list",
       {call(0, "i", "a", "[1]"), finish("stop")},
       {},
       "error: the provider sent the tool call \"a\" with cut or malformed arguments"},
      {"while another waits",
       {call(0, "i", "a", R"({"x":)"), call(1, "j", "b", "{}"), finish("stop")},
       {R"(tool a:{"x": (open))"},
       "error: the provider sent the tool call \"a\" with cut or malformed arguments"},
      {"more after the end",
       {call(0, "i", "a", ""), text("t"), call(0, "", "", R"({"x":1})"), finish("stop")},
       {"tool a:{}", "text:t (open)"},
       "error: the provider sent more arguments for the tool call \"a\" after its end"},
  });
}

TEST(ToolCalls, ArgumentsThatAreAStringWithTheObject) {
  expect({{"encoded twice",
           {call(0, "i", "a", R"("{\"x)"), call(0, "", "", R"(\":1}")"), finish("stop")},
           {R"(tool a:{"x":1})"}}});
}

TEST(ToolCalls, LenientArgumentsAreHandedOn) {
  StreamContext with;
  with.lenient_arguments = true;
  const auto r = run({call(0, "i", "a", R"({"x":)"), call(1, "j", "b", "[1]"), finish("stop")}, with);
  EXPECT_EQ(r.blocks, (Blocks{R"(tool a:{"x":)", "tool b:[1]"}));
  EXPECT_EQ(r.ending, "tool_use");
}

TEST(ToolCalls, ToolUseWhateverTheProviderSays) {
  for (const char* reason : {"stop", "tool_calls", "function_call", "content_filter", "eos"}) {
    EXPECT_EQ(run({call(0, "i", "a", "{}"), finish(reason)}).ending, "tool_use") << reason;
  }
  EXPECT_EQ(run({call(0, "i", "a", "{}"), finish("length")}).ending, "max_tokens");
  EXPECT_EQ(run({call(0, "i", "a", "{}")}).ending, "tool_use");
}

TEST(ToolCalls, IdsAreMadeAndUnique) {
  const auto r = run({call(0, "", "a", "{}"), call(1, "x", "b", "{}"), call(2, "x", "c", "{}"),
                      call(3, "", "d", "{}"), finish("stop")});
  EXPECT_EQ(r.tool_ids, (std::vector<std::string>{"toolu_7_1", "x", "x_2", "toolu_7_4"}));
}

TEST(ToolCalls, WhatWaitsIsBounded) {
  StreamContext with;
  with.max_waiting_arguments = 5000;
  const std::string large(6000, 'x');
  const auto arguments =
      run({call(0, "i", "a", R"({"x":")"), call(1, "j", "b", large), finish("stop")}, with);
  ASSERT_TRUE(arguments.failure);
  EXPECT_NE(arguments.ending.find("5000 bytes"), std::string::npos) << arguments.ending;
  const auto behind = run({call(0, "i", "a", R"({"x":")"), text(large), finish("stop")}, with);
  ASSERT_TRUE(behind.failure);
  EXPECT_NE(behind.ending.find("5000 bytes"), std::string::npos) << behind.ending;
  Deltas many;
  for (int i = 0; i < 100; ++i) many.push_back(call(i, "", "a", ""));
  EXPECT_TRUE(run(many, with).failure);
}

TEST(ToolCalls, ArgumentsInAnySplit) {
  const std::string first = R"({"path":"/a \"b\" {","n":[1,{"k":"}"}]})";
  const std::string second = R"({"text":"\u00e9 世界 \\"})";
  for (const std::size_t step : {1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 1000}) {
    Deltas deltas = {text("t"), call(0, "i", "a", ""), call(1, "j", "b", "")};
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < std::max(first.size(), second.size()); at += step) {
      if (at < first.size()) pieces.push_back(first.substr(at, step));
      if (at < second.size()) pieces.push_back(second.substr(at, step));
    }
    std::size_t next = 0;
    for (std::size_t at = 0; at < std::max(first.size(), second.size()); at += step) {
      if (at < first.size()) deltas.push_back(call(0, "", "", pieces[next++]));
      if (at < second.size()) deltas.push_back(call(1, "", "", pieces[next++]));
    }
    deltas.push_back(finish("tool_calls"));
    EXPECT_EQ(run(deltas).blocks, (Blocks{"text:t", "tool a:" + first, "tool b:" + second}))
        << "in steps of " << step;
  }
}

TEST(Budget, ToTheLastByte) {
  Budget budget(10);
  EXPECT_TRUE(budget.take(4));
  EXPECT_FALSE(budget.take(7));
  EXPECT_TRUE(budget.take(6));
  EXPECT_TRUE(budget.take(0));
  EXPECT_FALSE(budget.take(1));
}

TEST(BracketScan, ABracketThatClosesNothingIsNoDepth) {
  BracketScan scan;
  scan.feed("}{");
  EXPECT_FALSE(scan.closed());
  scan.feed("}");
  EXPECT_TRUE(scan.closed());
}

TEST(BracketScan, QuotesAndBracketsInStringsAreText) {
  BracketScan scan;
  scan.feed(R"({"a":"\"}")");
  EXPECT_FALSE(scan.closed());
  scan.feed(R"(,"b":"\\"})");
  EXPECT_TRUE(scan.closed());
}

}  // namespace
}  // namespace ccp::translate
