#include "translate/tool_markup.h"

#include <gtest/gtest.h>

#include <random>

namespace ccp::translate {
namespace {

struct Collected final : ToolMarkup::Pieces {
  void plain(std::string_view piece) override { said += piece; }
  void marked(MarkupCall call) override { calls += call.name + call.arguments_json + ";"; }
  std::string said, calls;
};

std::shared_ptr<const MarkupTools> tools(bool bare_json = false) {
  auto tools = std::make_shared<MarkupTools>();
  tools->bare_json = bare_json;
  tools->tools = {
      {"Bash", R"({"type":"object","properties":{"command":{"type":"string"},"timeout":{"type":"number"},)"
               R"("background":{"type":"boolean"},"env":{"anyOf":[{"type":"object"},{"type":"null"}]},)"
               R"("level":{"enum":["1","2"]},"free":{}},"required":["command"]})"},
      {"List", R"({"type":"object","properties":{"path":{"type":["string","null"]}}})"}};
  return tools;
}

Collected take(std::string_view text, std::size_t step, bool bare_json = false, bool cut = false) {
  Collected collected;
  ToolMarkup markup(tools(bare_json));
  for (std::size_t at = 0; at < text.size(); at += step) markup.feed(text.substr(at, step), collected);
  markup.finish(cut, collected);
  return collected;
}

struct Case {
  std::string_view text, said, calls;
};

void check(std::span<const Case> cases, bool bare_json = false) {
  for (const auto& c : cases) {
    for (const std::size_t step : {1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 1000}) {
      const auto got = take(c.text, step, bare_json);
      EXPECT_EQ(got.said, c.said) << c.text << " by " << step;
      EXPECT_EQ(got.calls, c.calls) << c.text << " by " << step;
    }
    for (std::size_t at = 0; at <= c.text.size(); ++at) {
      Collected got;
      ToolMarkup markup(tools(bare_json));
      markup.feed(c.text.substr(0, at), got);
      markup.feed(c.text.substr(at), got);
      markup.finish(false, got);
      EXPECT_EQ(got.said, c.said) << c.text << " at " << at;
      EXPECT_EQ(got.calls, c.calls) << c.text << " at " << at;
    }
  }
}

constexpr std::string_view ls = R"(Bash{"command":"ls"};)";

TEST(ToolMarkup, FormsOfTheFamilies) {
  const Case cases[] = {
      // Hermes, Qwen
      {R"(a<tool_call>{"name": "Bash", "arguments": {"command":"ls"}}</tool_call>b)", "ab", ls},
      {"<tool_call>\n{\"name\": \"Bash\", \"arguments\": \"{\\\"command\\\":\\\"ls\\\"}\"}\n</tool_call>", "",
       ls},
      {R"(<tools>{"name":"List"}</tools>)", "", "List{};"},
      {R"(<tool_call>[{"name":"List"},{"name":"List","arguments":{"path":"x"}}]</tool_call>)", "",
       R"(List{};List{"path":"x"};)"},
      {R"(<tool_call>{"name":"Bash","arguments":{"command":"echo </tool_call>"}}</tool_call>.)", ".",
       R"(Bash{"command":"echo </tool_call>"};)"},
      // Qwen3-Coder
      {"<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>", "",
       ls},
      {"<function=Bash><parameter=command>\n a\n\nb </parameter>\n<parameter=timeout>\n5\n</parameter>"
       "</function></tool_call> x",
       " x", "Bash{\"command\":\" a\\n\\nb \",\"timeout\":5};"},
      {R"(<function=Bash>{"command":"ls"}</function>)", "", ls},
      {"<function name=\"Bash\"><parameter name=\"command\">ls</parameter></function>", "", ls},
      // GLM
      {"<tool_call>Bash\n<arg_key>command</arg_key>\n<arg_value>ls</arg_value>\n</tool_call>", "", ls},
      {"<tool_call>Bash<arg_key>command</arg_key><arg_value>a</arg_value>b</arg_value></tool_call>", "",
       R"(Bash{"command":"a</arg_value>b"};)"},
      {"<tool_call>List</tool_call>\n<tool_call>List\n</tool_call>", "", "List{};List{};"},
  };
  check(cases);
}

TEST(ToolMarkup, FormsOfOtherFamilies) {
  const Case cases[] = {
      // DeepSeek V3, V3.1, V3.2, V4
      {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>Bash\n```json\n{\"command\":\"ls\"}"
       "\n"
       "```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
       "", ls},
      {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\":\"ls\"}<｜tool▁call▁end｜>"
       "<｜tool▁call▁begin｜>List<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
       "", R"(Bash{"command":"ls"};List{};)"},
      {"<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"Bash\">\n<｜DSML｜parameter name=\"command\" "
       "string=\"true\">ls</｜DSML｜parameter>\n<｜DSML｜parameter name=\"free\" string=\"false\">[1]"
       "</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>",
       "", R"(Bash{"command":"ls","free":[1]};)"},
      {"<｜｜DSML｜｜tool_calls><｜｜DSML｜｜invoke "
       "name=\"List\"></｜｜DSML｜｜invoke></｜｜DSML｜｜tool_calls>",
       "", "List{};"},
      {"<|DSML|invoke name=\"List\"></|DSML|invoke>\n</|DSML|tool_calls>", "", "List{};"},
      {"< | DSML | tool_calls>< | DSML | invoke name=\"List\"></ | DSML | invoke></ | DSML | tool_calls>", "",
       "List{};"},
      // MiniMax, Anthropic
      {"<minimax:tool_call>\n<invoke name=\"Bash\">\n<parameter name=\"command\">ls</parameter>\n</invoke>\n"
       "</minimax:tool_call>",
       "", ls},
      {"<function_calls><invoke name=\"List\"></invoke><invoke name=\"List\"><parameter name=\"path\">null"
       "</parameter></invoke></function_calls>",
       "", R"(List{};List{"path":"null"};)"},
      // Kimi
      {"<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>"
       "{\"command\":\"ls\"}<|tool_call_end|><|tool_calls_section_end|>",
       "", ls},
      // Mistral, Llama
      {R"([TOOL_CALLS][{"name": "Bash", "arguments": {"command":"ls"}}])", "", ls},
      {R"([TOOL_CALLS]Bash[ARGS]{"command":"ls"}[TOOL_CALLS]List{})", "", R"(Bash{"command":"ls"};List{};)"},
      {R"([TOOL_CALLS]Bash[CALL_ID]abcdef123[ARGS]{"command":"ls"})", "", ls},
      {R"(<|python_tag|>{"name": "Bash", "parameters": {"command":"ls"}})", "", ls},
      {R"(<|tool_call|>[{"name":"Bash","arguments":{"command":"ls"}}])", "", ls},
  };
  check(cases);
}

TEST(ToolMarkup, WhatIsNoCallStaysText) {
  const std::string_view texts[] = {
      "plain",
      "a < b and b > c [1]",
      "<",
      "<tool",
      "<tool_call>",
      "<tool_call> is the tag",
      "[TOOL_CALLS",
      R"(<tool_call>{"name":"Other","arguments":{}}</tool_call>)",
      R"(<tool_call>{"name":"Bash","arguments":{"command":"l)",
      R"(<tool_call>{"name":"Bash"}</tool_call>)",  // its input is missing
      R"(<tool_call>{"name":"List","arguments":[1]}</tool_call>)",
      R"(<tool_call>{"name":"List","comment":"x"}</tool_call>)",
      R"(<tool_call>{"title":"List"}</tool_call>)",
      R"(<tool_call>{"name":"List","arguments":{}</tool_call>)",
      "<tool_call>Lister</tool_call>",
      "<tool_call>Bash</tool_call>",
      "<tool_call>List",
      "<invoke name=\"Other\"></invoke>",
      "<invoke name=\"Bash\"><parameter name=\"command\">ls",
      "<function=List>text</function>",
      "</tool_call>",
      "<｜tool▁calls▁begin｜>",
      "<｜tool",
      "<\xef\xbd\x9c",
      "[TOOL_CALLS]Other{}",
      "[TOOL_CALLS]List[X]{}",
      R"(`<tool_call>{"name":"List"}</tool_call>` is how)",
      "```\n<tool_call>{\"name\":\"List\"}</tool_call>\n```\n",
      "~~~xml\n<tool_call>{\"name\":\"List\"}</tool_call>\n```\n",
      R"({"name":"List","arguments":{}})",  // bare JSON is not asked for
      "<tool_call><tool_call><tool_call>{\"name\"",
  };
  std::vector<Case> cases;
  for (const auto text : texts) cases.push_back({text, text, ""});
  check(cases);
}

TEST(ToolMarkup, TextAroundCallsIsKept) {
  const Case cases[] = {
      {"I look.\n<tool_call>{\"name\":\"List\"}</tool_call>\n", "I look.\n", "List{};"},
      {"a <tool_call>{\"name\":\"List\"}</tool_call>\n\nb", "a \n\nb", "List{};"},
      {"```\nx\n```\n<tool_call>{\"name\":\"List\"}</tool_call>", "```\nx\n```\n", "List{};"},
      {"`a` <tool_call>{\"name\":\"List\"}</tool_call>", "`a` ", "List{};"},
      {"x<y <tool_call>Nope</tool_call> <tool_call>List</tool_call>é", "x<y <tool_call>Nope</tool_call> é",
       "List{};"},
      {"<tool_calls><invoke name=\"Nope\"></invoke><invoke name=\"List\"></invoke></tool_calls>.",
       "<tool_calls><invoke name=\"Nope\"></invoke>.", "List{};"},
      {"<tool_call>{\"name\":\"List\"}</tool_call> <b", " <b", "List{};"},
      {"<tool_call>List</tool_call></tool_call>\n</function_calls> é", "\n é", "List{};"},
  };
  check(cases);
}

TEST(ToolMarkup, ClosingTagsMayBeMissingAtTheEnd) {
  const Case cases[] = {
      {R"(<tool_call>{"name":"List"})", "", "List{};"},
      {"<tool_call>{\"name\":\"List\"}\n</tool_c", "", "List{};"},
      {"<tool_calls><invoke name=\"List\"></invoke>\n", "", "List{};"},
      {"<function=Bash>\n<parameter=command>\nls\n</parameter>\n", "", ls},
      {"<tool_call>Bash<arg_key>command</arg_key><arg_value>ls</arg_value></to", "", ls},
      {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>List<｜tool▁sep｜>{}", "", "List{};"},
      {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>List<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁ca", "",
       "List{};"},
  };
  check(cases);
  // Not so in an answer that was cut off: more was to come.
  for (const std::size_t number : {0, 3, 4, 5}) {
    const auto got = take(cases[number].text, 3, false, true);
    EXPECT_EQ(got.said, cases[number].text);
    EXPECT_EQ(got.calls, "");
  }
}

TEST(ToolMarkup, ValuesByTheSchema) {
  const auto value_of = [](std::string_view key, std::string_view value) {
    std::string text = "<invoke name=\"Bash\"><parameter name=\"command\">c</parameter><parameter name=\"";
    text.append(key).append("\">").append(value).append("</parameter></invoke>");
    const auto calls = take(text, 1000).calls;
    const std::string begin = R"(Bash{"command":"c",")" + std::string(key) + "\":";
    EXPECT_TRUE(calls.starts_with(begin)) << calls;
    return calls.substr(std::min(begin.size(), calls.size()));
  };
  EXPECT_EQ(value_of("timeout", "5"), "5};");
  EXPECT_EQ(value_of("timeout", " 5 "), "5};");
  EXPECT_EQ(value_of("timeout", "5 s"), R"("5 s"};)");
  EXPECT_EQ(value_of("timeout", "1,2"), R"("1,2"};)");
  EXPECT_EQ(value_of("background", "True"), "true};");
  EXPECT_EQ(value_of("background", "false"), "false};");
  EXPECT_EQ(value_of("env", R"({"A": "b"})"), R"({"A": "b"}};)");
  EXPECT_EQ(value_of("env", "{A"), R"("{A"};)");
  EXPECT_EQ(value_of("env", "null"), "null};");
  EXPECT_EQ(value_of("level", "1"), R"("1"};)");
  EXPECT_EQ(value_of("free", "true"), "true};");
  EXPECT_EQ(value_of("free", "word"), R"("word"};)");
  EXPECT_EQ(value_of("unknown", "[1]"), "[1]};");
}

TEST(ToolMarkup, BareJson) {
  const Case cases[] = {
      {R"({"name": "Bash", "arguments": {"command":"ls"}})", "", ls},
      {"I look.\n{\"name\":\"List\",\"parameters\":{}}\n", "I look.\n", "List{};"},
      {"{\"name\":\"List\"}\n{\"name\":\"List\"}\nend", "\nend", "List{};List{};"},
      {R"([{"name":"List"}])", "", "List{};"},
      {R"({"type":"function","function":{"name":"List","arguments":"{}"}})", "", "List{};"},
      {R"(see {"name":"List"})", R"(see {"name":"List"})", ""},
      {R"({"title":"List"})", R"({"title":"List"})", ""},
      {R"({"name":"Other"})", R"({"name":"Other"})", ""},
      {"```json\n{\"name\":\"List\"}\n```", "```json\n{\"name\":\"List\"}\n```", ""},
      {R"({"name":"List")", R"({"name":"List")", ""},
      {"int main() {\n  {\"name\n}", "int main() {\n  {\"name\n}", ""},
      {R"(<tool_call>{"name":"List"}</tool_call>)", "", "List{};"},
  };
  check(cases, true);
}

/// Nothing is held that cannot become a call.
TEST(ToolMarkup, HeldNoLongerThanNeeded) {
  const auto said = [](std::string_view text) {
    Collected collected;
    ToolMarkup markup(tools());
    markup.feed(text, collected);
    return collected.said;
  };
  EXPECT_EQ(said("a <b"), "a <b");
  EXPECT_EQ(said("a <tool"), "a ");
  EXPECT_EQ(said("<tool_call> is"), "<tool_call> is");
  EXPECT_EQ(said("<tool_call>Ba"), "");
  EXPECT_EQ(said("<tool_call>Bax"), "<tool_call>Bax");
  EXPECT_EQ(said("x[1]"), "x[1]");
  EXPECT_EQ(said("`<tool"), "`<tool");
}

TEST(ToolMarkup, ABlockOverTheLimitIsText) {
  const std::string head = R"(<tool_call>{"name":"Bash","arguments":{"command":")";
  const std::string tail = R"("}}</tool_call>)";
  const std::string fits = head + std::string(ToolMarkup::limit - head.size() - tail.size(), 'x') + tail;
  EXPECT_EQ(take(fits, 100000).said, "");
  const std::string long_one = head + std::string(ToolMarkup::limit, 'x') + tail;
  for (const std::size_t step : {std::size_t{100000}, long_one.size()}) {
    const auto got = take(long_one, step);
    EXPECT_EQ(got.said, long_one);
    EXPECT_EQ(got.calls, "");
  }
}

TEST(ToolMarkup, HostileTextsEndSoon) {
  for (const std::string_view piece :
       {"<tool_call>", "<invoke name=\"Bash\"><parameter name=\"a\">", "<tool_call>{\"name\":\"",
        "[TOOL_CALLS]", "<tool_call>{\"name\":\"a</tool_call>", "<|tool_call_begin|>", "<",
        "[TOOL_CALLS]List[CALL_ID][{"}) {
    std::string text;
    while (text.size() < std::size_t{1} << 15) text += piece;
    const auto got = take(text, 1 << 14);
    EXPECT_EQ(got.said, text) << piece;
    EXPECT_EQ(got.calls, "");
  }
}

TEST(ToolMarkup, AnyMixAtAnySplit) {
  const std::string_view pieces[] = {"<tool_call>",
                                     "</tool_call>",
                                     "{\"name\":\"List\"}",
                                     "{\"name\":\"",
                                     "List",
                                     "<arg_key>",
                                     "path",
                                     "</arg_key>",
                                     "<arg_value>",
                                     "</arg_value>",
                                     "<function=List>",
                                     "</function>",
                                     "<parameter=path>",
                                     "</parameter>",
                                     "<invoke name=\"List\">",
                                     "</invoke>",
                                     "<｜DSML｜invoke name=\"List\">",
                                     "｜",
                                     "[TOOL_CALLS]",
                                     "{}",
                                     "[",
                                     "`",
                                     "```",
                                     "\n",
                                     " ",
                                     "x",
                                     "é",
                                     "<",
                                     ">"};
  int with_calls = 0;
  for (unsigned seed = 0; seed < 5000; ++seed) {
    std::mt19937 random(seed);
    std::string text;
    for (auto n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    const bool bare = random() % 2 == 0;
    const auto whole = take(text, text.size() + 1, bare);
    const auto bytes = take(text, 1, bare);
    ASSERT_EQ(bytes.said + "|" + bytes.calls, whole.said + "|" + whole.calls) << text;
    const auto some = take(text, 1 + random() % 9, bare);
    ASSERT_EQ(some.said + "|" + some.calls, whole.said + "|" + whole.calls) << text;
    if (whole.calls.empty()) {
      ASSERT_EQ(whole.said, text);
    }
    if (!whole.calls.empty()) ++with_calls;
  }
  EXPECT_GT(with_calls, 100);
}

}  // namespace
}  // namespace ccp::translate
