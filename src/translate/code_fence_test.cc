#include "translate/code_fence.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

std::string through(std::string_view text, std::size_t cut) {
  CodeFence fence;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += cut) out += fence.feed(text.substr(at, cut));
  return out + std::string(fence.finish());
}

void expect(std::string_view text, std::string_view content) {
  for (std::size_t cut = 1; cut <= text.size() + 1; ++cut)
    EXPECT_EQ(through(text, cut), content) << text << " by " << cut;
}

TEST(CodeFence, IsTakenOff) {
  expect("```json\n{\"a\": 1}\n```", "{\"a\": 1}");
  expect("```\n{\"a\": 1}\n```\n", "{\"a\": 1}");
  expect(" \n```JSON\r\n{\n  \"a\": \"x\"\n}\r\n``` \n", "{\n  \"a\": \"x\"\n}");
  expect("```json\n{\"a\": 1}", "{\"a\": 1}");
  expect("```json\n{\"a\": \"`b` ``` c\"}\n```", "{\"a\": \"`b` ``` c\"}");
}

TEST(CodeFence, AnythingElsePasses) {
  for (const std::string_view text :
       {"{\"a\": \"```\"}", "  {} ", "``", "`x`", "Sorry, I cannot.\n```json\n{}\n```", ""}) {
    expect(text, text);
  }
  const std::string long_line = "```" + std::string(100, 'x');
  expect(long_line, long_line);
}

TEST(CodeFence, WhatIsNoFenceIsNotHeldBack) {
  CodeFence fence;
  EXPECT_EQ(fence.feed(" \n"), "");
  EXPECT_EQ(fence.feed("{"), " \n{");
  EXPECT_EQ(fence.feed("\"a\""), "\"a\"");
}

TEST(CodeFence, NoMoreThanAnOpeningIsHeldBack) {
  CodeFence fence;
  const std::string opening = "```" + std::string(60, 'x');
  EXPECT_EQ(fence.feed(opening), "");
  EXPECT_EQ(fence.feed("x"), opening + "x");
}

TEST(CodeFence, NothingInsideIsNothing) { expect("```json\n```", ""); }

}  // namespace
}  // namespace ccp::translate
