#include "translate/tokens.h"

#include <gtest/gtest.h>

#include <string>

#include "translate/base64.h"
#include "translate/profile.h"

namespace ccp::translate {
namespace {

std::int64_t count(std::string body) {
  json::Reader reader;
  const auto request = anthropic::parse(reader, body, anthropic::Endpoint::count_tokens);
  EXPECT_TRUE(request) << request.error().message;
  return request ? estimate_tokens(*request) : -1;
}

std::int64_t count_content(const std::string& content) {
  return count(R"({"model":"m","messages":[{"role":"user","content":)" + content + "}]}");
}

std::int64_t count_text(const std::string& text) {
  return count_content("\"" + text + "\"") - count_content("\"\"");
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Tokens, NeverZero) {
  EXPECT_GE(count(R"({"model":"m"})"), 1);
  EXPECT_GT(count_content("\"\""), count(R"({"model":"m"})"));
}

TEST(Tokens, ByKindOfCharacter) {
  EXPECT_EQ(count_text(repeated("abcd", 100)), 100);
  EXPECT_EQ(count_text(repeated("\u4e16", 100)), 100);      // CJK
  EXPECT_EQ(count_text(repeated("\u0905", 100)), 100);      // Devanagari
  EXPECT_EQ(count_text(repeated("\u0436", 100)), 50);       // Cyrillic
  EXPECT_EQ(count_text(repeated("\U0001F600", 100)), 200);  // emoji
  EXPECT_EQ(count_text(repeated("ab\u4e16cd", 100)), 200);  // mixed, at every offset of a word
}

TEST(Tokens, EveryPartCounts) {
  const std::string text = repeated("abcd", 1000);
  EXPECT_GE(count(R"({"model":"m","system":")" + text + "\"}"), 1000);
  EXPECT_GE(count(R"({"model":"m","tools":[{"name":"n","description":")" + text + "\"}]}"), 1000);
  EXPECT_GE(count(R"({"model":"m","tools":[{"name":"n","input_schema":{"d":")" + text + "\"}}]}"), 1000);
  EXPECT_GE(count_content(R"([{"type":"tool_use","id":"i","name":"n","input":{"d":")" + text + "\"}}]"),
            1000);
  EXPECT_GE(count_content(R"([{"type":"tool_result","tool_use_id":"i","content":")" + text + "\"}]"), 1000);
  EXPECT_GE(count_content(R"([{"type":"document","source":{"type":"text","data":")" + text + "\"}}]"), 1000);
  EXPECT_LT(count_content(R"([{"type":"thinking","thinking":")" + text + "\"}]"), 20)
      << "earlier thinking is not sent";
}

/// Of a provider that gets thinking back on turns with calls, and everywhere in a request with tools.
class Replaying final : public TextCost {
 public:
  std::int64_t text(std::string_view text) override {
    return quarters * static_cast<std::int64_t>(text.size());
  }
  std::int64_t tool(const anthropic::Tool&) override { return 0; }
  std::int64_t thinking(const anthropic::ThinkingBlock& block, bool has_calls, bool has_tools) override {
    return sends_reasoning(Replay::tool_turns, has_calls, has_tools) ? text(block.thinking) : 0;
  }
};

std::int64_t count_replayed(const std::string& blocks) {
  std::string body = R"({"model":"m","messages":[{"role":"assistant","content":[)" + blocks + "]}]}";
  json::Reader reader;
  const auto request = anthropic::parse(reader, body, anthropic::Endpoint::count_tokens);
  EXPECT_TRUE(request) << request.error().message;
  Replaying cost;
  return request ? prompt_tokens(*request, cost) : -1;
}

TEST(Tokens, ReplayedThinkingCounts) {
  const std::string call = R"({"type":"tool_use","id":"i","name":"n","input":{}})";
  const std::string thinking = R"({"type":"thinking","thinking":"0123456789","signature":"s"})";
  EXPECT_EQ(count_replayed(thinking + "," + call), count_replayed(call) + 10);
  EXPECT_EQ(count_replayed(thinking), count_replayed(R"({"type":"text","text":""})"));
}

TEST(Tokens, WhichReasoningGoesBack) {
  EXPECT_FALSE(sends_reasoning(Replay::none, true, true));
  for (const auto replay : {Replay::tool_turns, Replay::required}) {
    EXPECT_TRUE(sends_reasoning(replay, true, false));
    EXPECT_FALSE(sends_reasoning(replay, false, true));
  }
  EXPECT_TRUE(sends_reasoning(Replay::with_tools, false, true));
  EXPECT_FALSE(sends_reasoning(Replay::with_tools, false, false));
  for (const auto replay : {Replay::always, Replay::reasoning, Replay::details, Replay::think_tags}) {
    EXPECT_TRUE(sends_reasoning(replay, false, false));
  }
}

TEST(Tokens, OnlyATokenThatIsBegunCounts) {
  EXPECT_EQ(count_content("\"abc\""), count_content("\"abcd\""));
  EXPECT_EQ(count_content("\"abcde\""), count_content("\"abcd\"") + 1);
}

TEST(Tokens, TheFirstToolBringsTheHeadOfTheList) {
  const auto none = count(R"({"model":"m","tools":[]})");
  const auto one = count(R"({"model":"m","tools":[{"name":"abcd"}]})");
  const auto two = count(R"({"model":"m","tools":[{"name":"abcd"},{"name":"efgh"}]})");
  EXPECT_GT(two, one);
  EXPECT_GT(one - none, two - one);
}

TEST(Tokens, ImagesCountByTheirPixels) {
  const auto image = [](const std::string& data) {
    return count_content(R"([{"type":"image","source":{"type":"base64","data":")" + data + "\"}}]") -
           count_content("[]");
  };
  // 750 × 750 pixels, then 4000 × 3000: four tiles of 512 after shrinking to 768, as OpenAI's examples have
  // it.
  EXPECT_EQ(image("iVBORw0KGgoAAAANSUhEUgAAAu4AAALuCAYAAAAf"), 85 + 4 * 170);
  EXPECT_EQ(image("iVBORw0KGgoAAAANSUhEUgAAD6AAAAu4CAYAAAAf"), 85 + 4 * 170);
  EXPECT_EQ(image("iVBORw0KGgoAAAANSUhEUgAAAGQAAABkCAYAAAAf"), 85 + 170) << "100 × 100";
  EXPECT_EQ(image("iVBORw0KGgoAAAANSUhEUgAAAGQAAA+gCAYAAAAf"), 85 + 4 * 170)
      << "100 × 4000 shrinks to 51 × 2048";
  EXPECT_EQ(image("iVBORw0KGgoAAAANSUhEUgAAAAAAAAAACAYAAAAf"), 765) << "no pixels at all";
  EXPECT_EQ(image("iVBORw0KGgoAAAANSUhEUgAAAAAAAABkCAYAAAAf"), 765) << "0 × 100";
  for (const std::size_t bytes : {4, 40'000, 4'000'000}) {
    EXPECT_EQ(image(std::string(bytes, 'A')), 85 + 4 * 170) << "not by the length of its base64";
  }
  EXPECT_EQ(count_content(R"([{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}])") -
                count_content("[]"),
            85 + 4 * 170);
}

TEST(Tokens, FilesCountByTheirPages) {
  const auto pdf = [](const std::string& bytes) {
    return count_content(
               R"([{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":")" +
               base64::encoded(bytes) + "\"}}]") -
           count_content("[]");
  };
  const std::string page = "1 0 obj << /Type /Page /Parent 2 0 R >> endobj ";
  const std::string pages = "2 0 obj << /Type /Pages /Count 7 >> endobj ";
  EXPECT_EQ(pdf(page + pages), 1500);
  EXPECT_EQ(pdf(page + pages + "<</Type/Page/Parent 2 0 R>> <</Type/Page>> << /Type\r\n/Page\n >>"),
            4 * 1500);
  EXPECT_EQ(pdf(page + "/Type /PageLabel /Type /Page"), 1500);
  EXPECT_EQ(pdf(page + std::string(std::size_t{8} << 20, ' ') + page), 1500) << "no more than 8 MB are read";
  for (const std::size_t bytes : {4, 40'000, 4'000'000}) {
    EXPECT_EQ(pdf(pages + std::string(bytes, 'x')), 4 * 1500) << "not by the length of its base64";
  }
}

}  // namespace
}  // namespace ccp::translate
