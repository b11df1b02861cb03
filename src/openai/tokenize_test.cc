#include "openai/tokenize.h"

#include <gtest/gtest.h>

namespace ccp::openai {
namespace {

std::int64_t counted(std::string text) {
  json::Reader reader;
  return parse_token_count(reader, text).value_or(-1);
}

TEST(Tokenize, EachServersCount) {
  EXPECT_EQ(counted(R"({"count":7,"max_model_len":4096,"tokens":[1,2,3],"token_strs":null})"), 7);
  EXPECT_EQ(counted(R"({"tokens":[15043,3186]})"), 2);
  EXPECT_EQ(counted(R"({"tokens":[{"id":198,"piece":"\n"},{"id":5,"piece":[226]}]})"), 2);
  EXPECT_EQ(counted(R"({"tokens":[]})"), 0);
  EXPECT_EQ(counted(R"({"count":null,"tokens":[1]})"), 1);
}

TEST(Tokenize, WhatIsNoCountIsAnError) {
  for (const char* text : {"", "[]", "{}", R"({"tokens":5})", R"({"count":"7"})", R"({"count":-1})",
                           R"({"tokens":[1,]})", R"({"error":{"message":"no"}})", "<html>"})
    EXPECT_EQ(counted(text), -1) << text;
}

std::string prompt(std::string text) {
  json::Reader reader;
  return parse_prompt(reader, text).value_or("error");
}

TEST(Tokenize, TheTemplatesPrompt) {
  EXPECT_EQ(prompt(R"({"prompt":"<|im_start|>user\nhé","x":1})"), "<|im_start|>user\nhé");
  for (const char* text : {"", "{}", R"({"prompt":null})", R"({"prompt":5})", R"({"error":"no"})"})
    EXPECT_EQ(prompt(text), "error") << text;
}

TEST(Tokenize, ThePromptsTokensAreAskedForAsTheServerReadsIt) {
  std::string out;
  write_tokenize("qwen3", "<|im_start|>\"a\"", out);
  EXPECT_EQ(out,
            R"({"model":"qwen3","content":"<|im_start|>\"a\"","add_special":true,"parse_special":true})");
}

}  // namespace
}  // namespace ccp::openai
