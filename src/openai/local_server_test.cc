#include "openai/local_server.h"

#include <gtest/gtest.h>

namespace ccp::openai {
namespace {

std::int64_t running(std::string text, std::string_view model) {
  json::Reader reader;
  return parse_running_window(reader, text, model).value_or(-1);
}

ShownModel shown(std::string text) {
  json::Reader reader;
  return parse_shown_model(reader, text).value_or(ShownModel{-1, -1});
}

std::int64_t props(std::string text) {
  json::Reader reader;
  return parse_props_window(reader, text).value_or(-1);
}

TEST(LocalServer, OllamaTellsTheWindowOfALoadedModel) {
  const std::string text =
      R"({"models":[{"name":"other:7b","context_length":9},{"name":"qwen:latest","model":"x","context_length":4096,"details":{"family":"qwen2"}}]})";
  EXPECT_EQ(running(text, "qwen"), 4096);
  EXPECT_EQ(running(text, "qwen:latest"), 4096);
  EXPECT_EQ(running(text, "other:7b"), 9);
  EXPECT_EQ(running(text, "other"), 0);
}

TEST(LocalServer, WhatOllamaDoesNotTellIsZero) {
  EXPECT_EQ(running(R"({"models":[]})", "m"), 0);
  EXPECT_EQ(running(R"({"models":null})", "m"), 0);
  EXPECT_EQ(running(R"({"models":[{"name":"m"}]})", "m"), 0);
  EXPECT_EQ(running(R"({"models":["m",{"name":7,"context_length":"many"}]})", "m"), 0);
  EXPECT_EQ(running(R"({"models":[{"name":"m","context_length":-1}]})", "m"), 0);
  EXPECT_EQ(running("404 page not found", "m"), -1);
}

TEST(LocalServer, OllamaShowsModelfileAndTraining) {
  const auto both = shown(
      R"({"parameters":"stop                           \"<|im_end|>\"\nnum_ctx                        8192\ntemperature 1","model_info":{"general.architecture":"qwen2","qwen2.context_length":32768}})");
  EXPECT_EQ(both.num_ctx, 8192);
  EXPECT_EQ(both.trained, 32768);
  const auto none = shown(R"({"parameters":"temperature 1","model_info":{"qwen2.context_length":null}})");
  EXPECT_EQ(none.num_ctx, 0);
  EXPECT_EQ(none.trained, 0);
  EXPECT_EQ(shown(R"({"parameters":"num_ctx"})").num_ctx, 0);
  EXPECT_EQ(shown("[]").num_ctx, -1);
}

TEST(LocalServer, LlamaCppTellsTheWindowOfASlot) {
  EXPECT_EQ(props(R"({"default_generation_settings":{"params":{"n_ctx":1},"n_ctx":4096},"total_slots":2})"),
            4096);
  EXPECT_EQ(props(R"({"total_slots":2})"), 0);
  EXPECT_EQ(props(R"({"default_generation_settings":[1]})"), 0);
  EXPECT_EQ(props("nothing here"), -1);
}

}  // namespace
}  // namespace ccp::openai
