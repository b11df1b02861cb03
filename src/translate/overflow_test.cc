#include "translate/overflow.h"

#include <gtest/gtest.h>

#include "translate/errors.h"

namespace ccp::translate {
namespace {

struct Wording {
  std::string_view provider;
  int status;
  std::string message;
  std::string expected;
  std::string code = {};
};

const std::vector<Wording> overflows = {
    {"OpenAI", 400,
     "This model's maximum context length is 128000 tokens. However, your messages resulted in 204308 "
     "tokens. Please "
     "reduce the length of the messages.",
     "prompt is too long: 204308 tokens > 128000 maximum", "context_length_exceeded"},
    {"OpenAI, prompt alone too long", 400,
     "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens (112946 in "
     "the messages, "
     "10000 in the completion). Please reduce the length of the messages or completion.",
     "prompt is too long: 112946 tokens > 16384 maximum"},
    {"DeepSeek, only the total too long", 400,
     "This model's maximum context length is 131072 tokens. However, you requested 131134 tokens (122942 "
     "in the messages, "
     "8192 in the completion). Please reduce the length of the messages or completion.",
     "prompt is too long: 131134 tokens > 131072 maximum", "invalid_request_error"},
    {"OpenAI with functions", 400,
     "This model's maximum context length is 16385 tokens. However, your messages resulted in 20100 tokens "
     "(19000 in the "
     "messages, 1100 in the functions). Please reduce the length of the messages or functions.",
     "prompt is too long: 20100 tokens > 16385 maximum"},
    {"OpenAI completions", 400,
     "This model's maximum context length is 4097 tokens, however you requested 4322 tokens (4066 in your "
     "prompt; 256 for "
     "the completion). Please reduce your prompt; or completion length.",
     "prompt is too long: 4322 tokens > 4097 maximum"},
    {"OpenAI Responses", 400,
     "Your input exceeds the context window of this model. Please adjust your input and try again.",
     "prompt is too long: Your input exceeds the context window of this model. Please adjust your input "
     "and try again.",
     "context_length_exceeded"},
    {"OpenAI, one message", 400,
     "Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760, but "
     "got a string "
     "with length 20000000 instead.",
     "prompt is too long: Invalid 'messages[0].content': string too long. Expected a string with maximum "
     "length 10485760, "
     "but got a string with length 20000000 instead.",
     "string_above_max_length"},
    {"OpenRouter", 400,
     "This endpoint's maximum context length is 65536 tokens. However, you requested about 92208 tokens "
     "(60833 of text "
     "input, 10042 of tool input, 21333 in the output). Please reduce the length of either one, or use the "
     "\"middle-out\" "
     "transform to compress your prompt automatically.",
     "prompt is too long: 70875 tokens > 65536 maximum"},
    {"OpenRouter, total", 400,
     "This endpoint's maximum context length is 131072 tokens. However, you requested about 141607 tokens "
     "(10535 of text "
     "input, 131072 in the output). Please reduce the length of either one, or use the \"middle-out\" "
     "transform to "
     "compress your prompt automatically.",
     "prompt is too long: 141607 tokens > 131072 maximum"},
    {"Poolside through OpenRouter", 400,
     "Provider returned error: Input length 131393 exceeds the maximum allowed input length of 131040 "
     "tokens.",
     "prompt is too long: 131393 tokens > 131040 maximum"},
    {"vLLM, max_tokens", 400,
     "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is "
     "16384 tokens and "
     "your request has 1500 input tokens (32000 > 16384 - 1500). (parameter=max_tokens, value=32000)",
     "input length and `max_tokens` exceed context limit: 1500 + 32000 > 16384", "400"},
    {"vLLM 0.20", 400,
     "This model's maximum context length is 128000 tokens. However, you requested 65535 output tokens and "
     "your prompt "
     "contains at least 62466 input tokens, for a total of at least 128001 tokens.",
     "input length and `max_tokens` exceed context limit: 62466 + 65535 > 128000"},
    {"vLLM, decoder prompt", 400,
     "The decoder prompt (length 21535) is longer than the maximum model length of 16384. Make sure that "
     "`max_model_len` "
     "is no smaller than the number of text tokens.",
     "prompt is too long: 21535 tokens > 16384 maximum"},
    {"SGLang", 400,
     "Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens). Use a shorter input.",
     "prompt is too long: 160062 tokens > 59862 maximum"},
    {"SGLang, newer", 400,
     "The input (1492905 tokens) is longer than the model's context length (1048576 tokens).",
     "prompt is too long: 1492905 tokens > 1048576 maximum"},
    {"another compatible server", 400,
     "Input length (265330) exceeds model's maximum context length (262144).",
     "prompt is too long: 265330 tokens > 262144 maximum"},
    {"llama.cpp", 400,
     "request (43900 tokens) exceeds the available context size (40960 tokens), try increasing it",
     "prompt is too long: 43900 tokens > 40960 maximum", "400"},
    {"llama.cpp, numbers beside", 500,
     "the request exceeds the available context size. try increasing the context size or enable context "
     "shift (prompt "
     "tokens 14429, context size 8192 tokens)",
     "prompt is too long: 14429 tokens > 8192 maximum", "500"},
    {"llama.cpp, while generating", 500, "Context size has been exceeded.",
     "prompt is too long: Context size has been exceeded.", "500"},
    {"llama-cpp-python", 400, "Requested tokens (22850) exceed context window of 20480",
     "prompt is too long: 22850 tokens > 20480 maximum"},
    {"Ollama", 400, "prompt too long; exceeded max context length by 4 tokens",
     "prompt is too long: prompt too long; exceeded max context length by 4 tokens"},
    {"LM Studio", 400,
     "Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with "
     "context length "
     "of only 32768 tokens, which is not enough. Try to load the model with a larger context length, or "
     "provide a shorter "
     "input",
     "prompt is too long: 111490 tokens > 32768 maximum"},
    {"Gemini", 400, "The input token count (337807) exceeds the maximum number of tokens allowed (65536).",
     "prompt is too long: 337807 tokens > 65536 maximum", "400"},
    {"Mistral", 400,
     "Prompt contains 70194 tokens and 0 draft tokens, too large for model with 32768 maximum context "
     "length",
     "prompt is too long: 70194 tokens > 32768 maximum"},
    {"Groq", 400, "Please reduce the length of the messages or completion.",
     "prompt is too long: Please reduce the length of the messages or completion.",
     "context_length_exceeded"},
    {"Cerebras", 400,
     "Please reduce the length of the messages or completion. Current length is 136973 while limit is "
     "131072",
     "prompt is too long: 136973 tokens > 131072 maximum", "context_length_exceeded"},
    {"Together", 422,
     "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 32769. Given: 32001 `inputs` "
     "tokens and 4096 "
     "`max_new_tokens`",
     "input length and `max_tokens` exceed context limit: 32001 + 4096 > 32769"},
    {"Together, prompt alone", 422,
     "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 32769. Given: 35000 `inputs` "
     "tokens and 512 "
     "`max_new_tokens`",
     "prompt is too long: 35000 tokens > 32769 maximum"},
    {"xAI", 400, "This model's maximum prompt length is 131072 but the request contains 136973 tokens.",
     "prompt is too long: 136973 tokens > 131072 maximum"},
    {"Moonshot", 400, "Invalid request: Your request exceeded model token limit: 262144 (requested: 300000)",
     "prompt is too long: 300000 tokens > 262144 maximum"},
    {"DashScope", 400,
     "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 57344]",
     "prompt is too long: <400> InternalError.Algo.InvalidParameter: Range of input length should be [1, "
     "57344]",
     "invalid_parameter_error"},
    {"Tencent", 400, "input length too long", "prompt is too long: input length too long", "20059"},
    {"Zhipu", 400, "Prompt exceeds max length", "prompt is too long: Prompt exceeds max length", "1261"},
    {"Copilot", 400, "prompt token count of 136,973 exceeds the limit of 128,000",
     "prompt is too long: 136973 tokens > 128000 maximum", "model_max_prompt_tokens_exceeded"},
    {"Bedrock", 400, "Input is too long for requested model.",
     "prompt is too long: Input is too long for requested model."},
    {"Anthropic behind a gateway", 400, "prompt is too long: 210233 tokens > 200000 maximum",
     "prompt is too long: 210233 tokens > 200000 maximum"},
    {"Anthropic, the sum", 400,
     "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length "
     "or `max_tokens` "
     "and try again",
     "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"},
    {"inside a stream", 0,
     "This model's maximum prompt length is 131072 but the request contains 136973 tokens.",
     "prompt is too long: 136973 tokens > 131072 maximum"},
    {"413", 413,
     "This model's maximum context length is 8192 tokens. However, your messages resulted in 10000 tokens.",
     "prompt is too long: 10000 tokens > 8192 maximum"},
    {"a model's name is no number", 400,
     "gpt-4-32768 via llama-3.1-8192: This model's maximum context length is 8192 tokens, your messages "
     "have 9001 tokens "
     "(request id 20250901123456789)",
     "prompt is too long: 9001 tokens > 8192 maximum"},
};

TEST(Overflow, InAnyProvidersWords) {
  for (const auto& c : overflows) {
    const Error error = upstream_refusal(
        {.status = c.status, .body = {.message = c.message, .type = {}, .code = c.code}, .host = {}});
    EXPECT_EQ(error.kind, ErrorKind::context_overflow) << c.provider;
    EXPECT_EQ(error.message, c.expected) << c.provider;
    EXPECT_EQ(error.retry, Retry::no) << c.provider;
    EXPECT_NE(error.cause.find(c.message), std::string::npos) << c.provider;
  }
}

std::string told(std::string words) {
  return overflow_message({.message = std::move(words), .type = {}, .code = {}, .param = {}}).value_or("");
}

// The wordings themselves are the golden cases error-overflow-*; here is what the numbers must say.
TEST(Overflow, NumbersThatFitAreNotToldAsAnExcess) {
  EXPECT_EQ(told("maximum context length is 8192 tokens: 4096 in the messages, 4097 in the completion"),
            "prompt is too long: 8193 tokens > 8192 maximum");
  constexpr auto fits = "maximum context length is 8192 tokens: 4096 in the messages, 4096 in the completion";
  EXPECT_EQ(told(fits), std::string("prompt is too long: ") + fits);
}

TEST(Overflow, NumbersBelowAThousandAndIdsAreNoCounts) {
  EXPECT_EQ(told("maximum context length is 1000 tokens, requested 2000"),
            "prompt is too long: 2000 tokens > 1000 maximum");
  constexpr auto small = "maximum context length is 999 tokens, requested 998";
  EXPECT_EQ(told(small), std::string("prompt is too long: ") + small);
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000 tokens, token 1752000000000"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 900000000000 tokens"),
            "prompt is too long: 900000000000 tokens > 8192 maximum");
}

TEST(Overflow, WhatIsSaidOfOneNumberIsNotSaidOfTheNext) {
  EXPECT_EQ(told("maximum context length is 8192 tokens (max_tokens 500, prompt 9000)"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("context length exceeded: 8192, 9000 input tokens"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000, tokens/s 20000.5"),
            "prompt is too long: 9000 tokens > 8192 maximum");
}

TEST(Overflow, OnlyAnOverflowTeachesTheWindow) {
  const auto limit = [](std::string words) {
    return overflow_limit({.message = std::move(words), .type = {}, .code = {}, .param = {}}).value_or(0);
  };
  EXPECT_EQ(limit("maximum context length is 8192 tokens, requested 9000"), 8192);
  EXPECT_EQ(limit("prompt is too long"), 0);
  EXPECT_EQ(limit("the limit is 8192 tokens per minute, requested 9000"), 0);
}

TEST(Overflow, DigitsThatArePartOfAWordAreNoCount) {
  for (const std::string_view word : {"20000ms", "20000_x", "x20000", "a20000", "z20000", "20000a", "20000z",
                                      "req-20000", "1.20000", "20000.5", "20000-b"}) {
    EXPECT_EQ(told("limit: maximum context length is 8192 tokens, requested " + std::string(word) +
                   " (9000 tokens)"),
              "prompt is too long: 9000 tokens > 8192 maximum")
        << word;
  }
  EXPECT_EQ(told("9000 tokens, but the maximum context length is 8192"),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000."),
            "prompt is too long: 9000 tokens > 8192 maximum");
  EXPECT_EQ(told("maximum context length is 8192 tokens, requested 9000"),
            "prompt is too long: 9000 tokens > 8192 maximum");
}

}  // namespace
}  // namespace ccp::translate
