#include "translate/adjust.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

std::string learned(std::string message, const Profile& profile = {}, std::int64_t max_tokens = 0,
                    int status = 400) {
  const openai::ErrorBody body{.message = std::move(message), .type = {}, .code = {}, .param = {}};
  const auto change =
      adjustment({.status = status, .body = body, .profile = profile, .max_tokens = max_tokens});
  return change ? change->name + "=" + change->value : "";
}

// The wordings themselves are the golden cases learn-*; here is what must not be learned.
TEST(Adjust, WhatIsNoRefusalOfAParameterTeachesNothing) {
  for (const char* message :
       {"The server had an error while processing your request.",
        "Invalid value for temperature: must be at most 2",
        "messages.0.content.0.image_url: could not download the image", "Internal error",
        "tool_choice: \"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be "
        "set",
        "You exceeded your current quota", "max_tokens must be a positive integer",
        "Could not process image"}) {
    EXPECT_EQ(learned(message, {}, 1024), "") << message;
  }
}

TEST(Adjust, OnlyStatusesThatSpeakOfTheRequest) {
  constexpr auto message = "Unsupported parameter: 'temperature' is not supported with this model.";
  for (const int status : {400, 404, 422, 500}) EXPECT_EQ(learned(message, {}, 0, status), "sampling=no");
  for (const int status : {0, 200, 401, 403, 429, 502, 503}) EXPECT_EQ(learned(message, {}, 0, status), "");
}

TEST(Adjust, WhatIsKnownIsNotLearnedAgain) {
  EXPECT_EQ(learned("Unknown parameter: 'temperature'.", {.sampling = false}), "");
}

TEST(Adjust, ForcedCallsStepBackOneByOne) {
  constexpr auto message = "tool_choice is not supported";
  EXPECT_EQ(learned(message), "tool_choice=required");
  EXPECT_EQ(learned(message, {.tool_choice = ToolChoices::required}), "tool_choice=auto");
  EXPECT_EQ(learned(message, {.tool_choice = ToolChoices::any}), "tool_choice=auto");
  EXPECT_EQ(learned(message, {.tool_choice = ToolChoices::automatic}), "tool_choice=none");
  EXPECT_EQ(learned(message, {.tool_choice = ToolChoices::none}), "");
}

TEST(Adjust, StructuredOutputsStepBackOneByOne) {
  constexpr auto message = "Invalid schema for response_format 'response'";
  EXPECT_EQ(learned(message, {.strict_schema = true}), "strict_schema=no");
  EXPECT_EQ(learned(message), "structured_output=json_object");
  EXPECT_EQ(learned(message, {.structured_output = StructuredOutput::json_object}),
            "structured_output=prompt");
  EXPECT_EQ(learned(message, {.structured_output = StructuredOutput::prompt}), "");
}

TEST(Adjust, TheLimitOfTheAnswerIsTheLargestNumberBelowWhatWasAsked) {
  EXPECT_EQ(learned("max_tokens must be at most 8192", {}, 64000), "max_output=8192");
  EXPECT_EQ(learned("max_tokens must be at most 8192", {}, 8192), "");
  EXPECT_EQ(learned("max_tokens must be at most 8192", {}, 0), "");
  EXPECT_EQ(learned("max_tokens is too large (gpt-4096)", {}, 64000), "") << "part of a name";
  EXPECT_EQ(learned("max_tokens is too large (v1.4096, k_4096, x4096)", {}, 64000), "");
  EXPECT_EQ(learned("max_tokens: at most 16", {}, 64000), "max_output=16");
  EXPECT_EQ(learned("max_tokens: at most 15 messages", {}, 64000), "") << "too small to be a limit";
  EXPECT_EQ(learned("max_tokens is too large: 64000. This model's maximum context length is 32768 tokens", {},
                    64000),
            "")
      << "a window is no limit of the answer";
}

TEST(Adjust, ALimitThatIsNoneLeavesTheOtherWords) {
  constexpr auto instead = ": unsupported parameter, use 'max_completion_tokens' instead";
  EXPECT_EQ(learned(std::string("max_tokens: at most 10") + instead, {}, 64000),
            "max_tokens=max_completion_tokens");
  EXPECT_EQ(learned(std::string("max_tokens: context length 32768, limit") + instead, {}, 64000),
            "max_tokens=max_completion_tokens");
}

TEST(Adjust, GroupedThousandsAreOneNumber) {
  EXPECT_EQ(learned("max_tokens must be at most 16,384", {}, 64000), "max_output=16384");
  EXPECT_EQ(learned("max_tokens must be at most 1,048,576.", {}, 2'000'000), "max_output=1048576");
  EXPECT_EQ(learned("max_tokens must be in [1,8192]", {}, 64000), "") << "says no bound";
  EXPECT_EQ(learned("max_tokens is out of range [1,8192]", {}, 64000), "max_output=8192");
  EXPECT_EQ(learned("max_tokens is out of range (1, 819, 8192)", {}, 64000), "max_output=8192");
}

TEST(Adjust, TheParameterMayStandBesideTheMessage) {
  const openai::ErrorBody body{.message = "Unsupported parameter.", .type = {}, .code = {}, .param = "top_p"};
  EXPECT_EQ(adjustment({.status = 400, .body = body, .profile = {}}), (ProfileSetting{"sampling", "no"}));
}

}  // namespace
}  // namespace ccp::translate
