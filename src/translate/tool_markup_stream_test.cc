#include <gtest/gtest.h>

#include <random>

#include "translate/markup_taken.h"

namespace ccp::translate {
namespace {

/// Nothing is held that cannot become a call.
TEST(ToolMarkup, HeldNoLongerThanNeeded) {
  const auto said = [](std::string_view text) {
    MarkupTaken collected;
    ToolMarkup markup(bash_and_list());
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
