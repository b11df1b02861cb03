#include <gtest/gtest.h>

#include <span>

#include "translate/markup_taken.h"

namespace ccp::translate {
namespace {

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
      MarkupTaken got;
      ToolMarkup markup(bash_and_list(bare_json));
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

}  // namespace
}  // namespace ccp::translate
