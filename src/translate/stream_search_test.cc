#include "translate/stream_search.h"

#include <gtest/gtest.h>

#include "anthropic/events.h"
#include "translate/stream.h"

namespace ccp::translate {
namespace {

TEST(StreamSearch, EachPageOnce) {
  StreamSearch search;
  search.take({{"https://a", "A"}, {"https://b", ""}});
  search.take({{"https://a", "again"}});
  ASSERT_EQ(search.results().size(), 2U);
  EXPECT_EQ(search.results()[0].title, "A");
  EXPECT_EQ(search.results()[1].title, "https://b");
}

TEST(StreamSearch, WhatIsKeptIsBounded) {
  StreamSearch search;
  const std::string longest(StreamSearch::longest_url, 'x');
  search.take({{longest + "x", "no page"}, {longest, "a page"}});
  ASSERT_EQ(search.results().size(), 1U);
  const std::string title = std::string(StreamSearch::longest_title - 1, 't') + "ä";
  search.take({{"https://t", title}, {"https://u", std::string(StreamSearch::longest_title, 't')}});
  EXPECT_EQ(search.results()[1].title, std::string(StreamSearch::longest_title - 1, 't'));
  EXPECT_EQ(search.results()[2].title, std::string(StreamSearch::longest_title, 't'));
  for (std::size_t i = 0; i < 2 * StreamSearch::most_results; ++i) {
    const auto url = "https://" + std::to_string(i);
    search.take({{url, "t"}});
  }
  EXPECT_EQ(search.results().size(), StreamSearch::most_results);
}

// Also in front of an answer that says nothing: Claude Code reads the pages from the blocks.
TEST(StreamSearch, WhatWasFoundBeforeStandsInFrontOfTheAnswer) {
  for (const std::string_view content : {"Hello.", ""}) {
    std::string events;
    anthropic::StreamWriter writer(events);
    Stream stream({.message_id = "msg_1", .model = "m", .found = {{"https://a", "A"}}}, writer);
    stream.feed({.has_choice = true, .content = content, .finish_reason = "stop"});
    stream.finish(true);
    const auto pages = events.find(R"("type":"web_search_tool_result")");
    ASSERT_NE(pages, std::string::npos) << events;
    EXPECT_EQ(events.find(R"("type":"web_search_tool_result")", pages + 1), std::string::npos) << "once";
    const auto text = events.find(R"("type":"text")");
    EXPECT_LT(pages, text);
    EXPECT_EQ(text == std::string::npos, content.empty()) << "pages alone are an answer";
  }
}

}  // namespace
}  // namespace ccp::translate
