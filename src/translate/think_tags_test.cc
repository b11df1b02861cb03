#include "translate/think_tags.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

struct Collected final : ThinkTags::Pieces {
  void thinking(std::string_view piece) override { thought += piece; }
  void text(std::string_view piece) override { said += piece; }
  std::string thought, said;
};

TEST(ThinkTags, AnySplit) {
  struct Case {
    std::string_view content, thought, said;
  };
  const Case cases[] = {
      {"plain", "", "plain"},
      {"<think>why</think>answer", "why", "answer"},
      {" \n<think>why</think>\n\nanswer", "why", "answer"},
      {"<think>a<b</thin</think>x", "a<b</thin", "x"},
      {"<think></think>x", "", "x"},
      {"<think>a<</think>x", "a<", "x"},
      {"<think>a<</</think>x", "a<</", "x"},
      {"<think>never closed", "never closed", ""},
      {"<think>cut </thi", "cut </thi", ""},
      {"<thi", "", "<thi"},
      {"  <thinker>x", "", "  <thinker>x"},
      {"text <think>no</think>", "", "text <think>no</think>"},
      {"<think>a</think>b<think>c</think>", "a", "b<think>c</think>"},
      {" \n ", "", " \n "},
      {"<<think>x", "", "<<think>x"},
      {"", "", ""},
  };
  for (const auto& c : cases) {
    for (const std::size_t step : {1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 1000}) {
      Collected collected;
      ThinkTags tags;
      for (std::size_t at = 0; at < c.content.size(); at += step)
        tags.feed(c.content.substr(at, step), collected);
      tags.finish(collected);
      EXPECT_EQ(collected.thought, c.thought) << c.content << " in steps of " << step;
      EXPECT_EQ(collected.said, c.said) << c.content << " in steps of " << step;
    }
  }
}

TEST(ThinkTags, ATagBehindMuchWhiteSpaceIsText) {
  for (const std::size_t step : {1, 256, 257, 1000}) {
    for (const std::size_t spaces : {256, 257}) {
      const auto content = std::string(spaces, ' ') + "<think>x";
      Collected collected;
      ThinkTags tags;
      for (std::size_t at = 0; at < content.size(); at += step)
        tags.feed(content.substr(at, step), collected);
      tags.finish(collected);
      EXPECT_EQ(collected.thought, spaces == 256 ? "x" : "") << "in steps of " << step;
      EXPECT_EQ(collected.said, spaces == 256 ? "" : content) << "in steps of " << step;
    }
  }
}

TEST(ThinkTags, WhiteSpaceInFrontIsBounded) {
  Collected collected;
  ThinkTags tags;
  tags.feed(std::string(100000, ' '), collected);
  EXPECT_EQ(collected.said.size(), 100000U);
}

TEST(ThinkTags, TextIsNotHeldBack) {
  Collected collected;
  ThinkTags tags;
  tags.feed("<think>abc", collected);
  EXPECT_EQ(collected.thought, "abc");
  tags.feed("def</think>x", collected);
  EXPECT_EQ(collected.thought, "abcdef");
  EXPECT_EQ(collected.said, "x");
}

}  // namespace
}  // namespace ccp::translate
