#include "translate/web_search.h"

#include <gtest/gtest.h>

#include "json/reader.h"

namespace ccp::translate {
namespace {

std::optional<SearchQuestion> question(std::string messages, std::string tools) {
  json::Reader reader;
  std::string body = R"({"model":"m","max_tokens":9,"messages":)" + messages + R"(,"tools":)" + tools + "}";
  const auto request = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  EXPECT_TRUE(request) << body;
  return search_question(*request);
}

constexpr auto tool = R"([{"type":"web_search_20250305","name":"web_search","max_uses":8}])";

std::string user(const std::string& text) { return R"([{"role":"user","content":")" + text + "\"}]"; }

TEST(WebSearch, TheQuestionOfClaudeCode) {
  const auto asked =
      question(R"([{"role":"user","content":[{"type":"text","text":)"
               R"("Perform a web search for the query: new C++"}]},{"role":"system","content":"x"}])",
               R"([{"type":"web_search_20260209","name":"web_search","allowed_domains":["a.org"],)"
               R"("blocked_domains":["b.org","c.org/x"]}])");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->query, "new C++");
  EXPECT_EQ(asked->allowed_domains, std::vector<std::string>{"a.org"});
  EXPECT_EQ(asked->blocked_domains, (std::vector<std::string>{"b.org", "c.org/x"}));
}

TEST(WebSearch, OtherWordsAreTheQuery) {
  EXPECT_EQ(question(user("weather in Bern"), tool)->query, "weather in Bern");
  EXPECT_EQ(question(user(std::string(399, 'x') + "ää"), tool)->query, std::string(399, 'x'));
}

TEST(WebSearch, NoQuestion) {
  EXPECT_FALSE(question(user("hi"), "[]"));
  EXPECT_FALSE(question(user(" "), tool));
  EXPECT_FALSE(question(user("Perform a web search for the query: "), tool));
  EXPECT_FALSE(
      question(user("hi"),
               R"([{"type":"web_search_20250305","name":"web_search"},{"name":"Bash","input_schema":{}}])"));
}

TEST(WebSearch, Domains) {
  const SearchQuestion allowed{.query = "q", .allowed_domains = {"isocpp.org", "example.com/docs"}};
  EXPECT_TRUE(allowed.allows("https://isocpp.org/std"));
  EXPECT_TRUE(allowed.allows("https://wiki.isocpp.org"));
  EXPECT_TRUE(allowed.allows("https://example.com/docs/a"));
  EXPECT_FALSE(allowed.allows("https://example.com/blog"));
  EXPECT_FALSE(allowed.allows("https://notisocpp.org/"));
  EXPECT_FALSE(allowed.allows("https://isocpp.org.evil.com/"));
  const SearchQuestion blocked{.query = "q", .blocked_domains = {"bad.org"}};
  EXPECT_FALSE(blocked.allows("https://www.bad.org/a?b"));
  EXPECT_TRUE(blocked.allows("https://good.org/bad.org"));
}

std::string told(const SearchFindings& findings, std::vector<openai::Message> messages) {
  append_findings(findings, messages);
  const auto& part = std::get<openai::UserMessage>(messages.back()).content.back();
  return std::string(std::get<openai::TextPart>(part).text.view());
}

TEST(WebSearch, WhatTheModelIsTold) {
  const SearchFindings found{.query = "q", .pages = {{"https://a", "A", "about a"}, {"https://b", "B", ""}}};
  EXPECT_EQ(
      told(found, {openai::UserMessage{{openai::TextPart{"Search q."}}}}),
      "Search q.\n\nResults of a web search for \"q\":\n\n1. A\nhttps://a\nabout a\n\n2. B\nhttps://b\n\n\n"
      "Answer from these results, and name the pages that you use.");
  EXPECT_EQ(told({.query = "q", .failure = "no network"}, {}),
            "The web search for \"q\" failed: no network. Say so, and do not invent results.");
  EXPECT_EQ(told({.query = "q"}, {openai::AssistantMessage{}}), "The web search for \"q\" found nothing.");
}

}  // namespace
}  // namespace ccp::translate
