#include "sse/parser.h"

#include <gtest/gtest.h>

#include <vector>

namespace ccp::sse {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events parse(std::string_view bytes, std::size_t step) {
  Events events;
  Parser parser;
  const auto collect = [&](Event event) -> Result<void> {
    events.emplace_back(event.name, event.data);
    return {};
  };
  for (std::size_t at = 0; at < bytes.size(); at += step)
    EXPECT_TRUE(parser.feed(bytes.substr(at, step), collect));
  EXPECT_TRUE(parser.finish(collect));
  return events;
}

TEST(SseParser, FramingInAnySplit) {
  struct Case {
    std::string_view bytes;
    Events events;
  };
  const std::vector<Case> cases = {
      {"data: a\n\ndata: b\n\n", {{"", "a"}, {"", "b"}}},
      {"data: a\r\n\r\ndata: b\r\n\r\n", {{"", "a"}, {"", "b"}}},
      {"data: a\r\rdata: b\r\r", {{"", "a"}, {"", "b"}}},
      {"event: error\ndata:{\"x\":1}\n\n", {{"error", "{\"x\":1}"}}},
      {"data: a\ndata: b\n\n", {{"", "a\nb"}}},
      {"data:\n\n", {{"", ""}}},
      {": comment\n\n: OPENROUTER PROCESSING\n\ndata: x\n\n", {{"", "x"}}},
      {"id: 7\nretry: 10\nfoo: bar\ndata\n\n", {{"", ""}}},
      {"data: [DONE]", {{"", "[DONE]"}}},
      {"\xEF\xBB\xBF"
       "data: x\n\n",
       {{"", "x"}}},
      {"event: ping\n\ndata: x\n\n", {{"", "x"}}},
      {"data:  two spaces\n\n", {{"", " two spaces"}}},
      {"data: \xE4\xB8\x96\xE7\x95\x8C\n\n", {{"", "\xE4\xB8\x96\xE7\x95\x8C"}}},
  };
  for (const auto& c : cases) {
    for (const std::size_t step : {1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 1000}) {
      EXPECT_EQ(parse(c.bytes, step), c.events) << c.bytes << " in steps of " << step;
    }
  }
}

TEST(SseParser, AnEventHasALimit) {
  Parser parser(100);
  const auto ignore = [](Event) -> Result<void> { return {}; };
  EXPECT_TRUE(parser.feed("data: " + std::string(90, 'x'), ignore));
  EXPECT_FALSE(parser.feed(std::string(90, 'x'), ignore));
}

TEST(SseParser, TheCallbacksErrorEndsTheFeed) {
  Parser parser;
  int calls = 0;
  const auto result = parser.feed("data: a\n\ndata: b\n\n", [&](Event) -> Result<void> {
    ++calls;
    return internal_error("stop");
  });
  EXPECT_FALSE(result);
  EXPECT_EQ(calls, 1);
}

TEST(Parser, OnlyLinesOfNoEventAreWords) {
  Parser parser(1024);
  const auto ignore = [](Event) -> Result<void> { return {}; };
  ASSERT_TRUE(parser.feed("data: a\nevent: b\nid: 1\nretry: 2\n: c\n\nout of memory\nda", ignore));
  ASSERT_TRUE(parser.finish(ignore));
  EXPECT_EQ(parser.words(), "out of memory");
}

}  // namespace
}  // namespace ccp::sse
