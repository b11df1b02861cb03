#include "translate/overflow.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>

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
     "input length and `max_tokens` exceed context limit: 122942 + 8192 > 131072", "invalid_request_error"},
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
     "input length and `max_tokens` exceed context limit: 10535 + 131072 > 131072"},
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
     "input length and `max_tokens` exceed context limit: 78849 + 65535 > 128000"},
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
     "prompt is too long: 36097 tokens > 32769 maximum"},
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
            "input length and `max_tokens` exceed context limit: 4096 + 4097 > 8192");
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

constexpr auto vllm_at_least =
    "This model's maximum context length is 128000 tokens. However, you requested 64000 output tokens and "
    "your "
    "prompt contains at least 64001 input tokens, for a total of at least 128001 tokens. Please reduce the "
    "length of the input prompt or the number of requested output tokens.";

/// What Claude Code makes of it: the next max_tokens.
std::int64_t next_max_tokens(std::string_view message) {
  long long input = 0, asked = 0, limit = 0;
  const std::string text(message);
  if (std::sscanf(text.c_str(), "input length and `max_tokens` exceed context limit: %lld + %lld > %lld",
                  &input, &asked, &limit) != 3)
    return 0;
  return limit - input - 1000;
}

TEST(Overflow, ALowerBoundIsNoLength) {
  const auto with = [](std::int64_t counted) {
    return overflow_message({.message = vllm_at_least, .type = {}, .code = {}, .param = {}}, counted)
        .value_or("");
  };
  EXPECT_EQ(next_max_tokens(with(0)), 128000 - 80000 - 1000);
  EXPECT_EQ(next_max_tokens(with(85000)), 128000 - 93500 - 1000);
  EXPECT_EQ(with(120000), "prompt is too long: 132000 tokens > 128000 maximum");
  EXPECT_EQ(overflow_limit({.message = vllm_at_least, .type = {}, .code = {}, .param = {}}), 128000);
}

TEST(Overflow, AClientThatAsksForLessComesToAMaxTokensThatFits) {
  for (const std::int64_t prompt : {64'100, 80'000, 90'000, 100'000, 110'000, 115'000}) {
    for (const double miscount : {1.0, 0.9, 0.78, 0.5}) {
      std::int64_t max_tokens = 64'000;
      int requests = 1;
      for (; prompt + max_tokens > 128'000 && requests < 8; ++requests) {
        const auto words = fmt::format(
            "This model's maximum context length is 128000 tokens. However, you requested {} output tokens "
            "and "
            "your prompt contains at least {} input tokens, for a total of at least 128001 tokens.",
            max_tokens, 128'001 - max_tokens);
        const auto next = next_max_tokens(
            overflow_message({.message = words, .type = {}, .code = {}, .param = {}},
                             static_cast<std::int64_t>(static_cast<double>(prompt) * miscount))
                .value_or(""));
        if (next == 0) break;
        max_tokens = next;
      }
      // Near the end of the window a shorter prompt is asked for instead.
      const bool fits = prompt + max_tokens <= 128'000;
      EXPECT_TRUE(fits || prompt >= 110'000) << prompt << " " << miscount;
      EXPECT_LE(requests, 7) << prompt << " " << miscount;
    }
  }
}

TEST(Overflow, InOtherLanguages) {
  for (const std::string_view words :
       {"internal error: 输入内容超长，请缩短后重试", "上下文长度超出限制", "您的输入超过模型最大长度",
        "輸入過長，請縮短後再試", "最大コンテキスト長を超えました", "입력이 너무 깁니다",
        "La longueur maximale du contexte est dépassée", "Die maximale Kontextlänge wurde überschritten",
        "Превышена максимальная длина контекста", "Se superó la longitud máxima de contexto"}) {
    EXPECT_EQ(told(std::string(words)), "prompt is too long: " + std::string(words));
  }
  EXPECT_EQ(told("输入长度超过限制：最大 32768 tokens，当前 40960 tokens"),
            "prompt is too long: 40960 tokens > 32768 maximum");
}

TEST(Overflow, ANegativeMaxTokensIsWhatTheWindowLeaves) {
  for (const std::string_view words :
       {"max_tokens must be at least 1, got -1523.", "Invalid max_completion_tokens: -20",
        "max_new_tokens=-5 must be positive", "Input should be greater than 0 (max_tokens, input '-4096')"}) {
    EXPECT_EQ(told(std::string(words)), "prompt is too long: " + std::string(words));
  }
  for (const std::string_view words :
       {"max_tokens must be at least 1, got 0", "gpt-4: max_tokens is too large: 64000",
        "temperature must not be -1"}) {
    EXPECT_EQ(told(std::string(words)), "") << words;
  }
}

TEST(Overflow, ACodeIsEnough) {
  for (const std::string_view code : {"context_length_exceeded", "model_max_prompt_tokens_exceeded",
                                      "prompt_too_long", "ContextWindowExceededError", "1261"}) {
    EXPECT_EQ(overflow_message({.message = {}, .type = {}, .code = std::string(code), .param = {}}),
              "prompt is too long")
        << code;
  }
  EXPECT_FALSE(overflow_message({.message = "odd", .type = {}, .code = "12610", .param = {}}));
}

TEST(Overflow, CharactersAreNoTokens) {
  constexpr auto words =
      "You passed 524000 input characters and requested 100 output tokens. However, the model's context "
      "length is "
      "only 32768 tokens, resulting in a maximum input length of 32668 tokens (at most 163840 characters). "
      "Please "
      "reduce the length of the input prompt.";
  EXPECT_EQ(told(words), std::string("prompt is too long: ") + words);
  EXPECT_EQ(overflow_limit({.message = words, .type = {}, .code = {}, .param = {}}), 32768);
  constexpr auto bare = "the prompt is too long: 524000 characters > 163840 characters";
  EXPECT_EQ(overflow_limit({.message = bare, .type = {}, .code = {}, .param = {}}), std::nullopt);
}

TEST(Overflow, MessagesAndCompletionApart) {
  EXPECT_EQ(
      told("maximum context length is 131072 tokens. However, you requested 139192 tokens (120000 in the "
           "messages, 19192 in the completion)."),
      "input length and `max_tokens` exceed context limit: 120000 + 19192 > 131072");
  EXPECT_EQ(
      told("maximum context length is 131072 tokens. However, you requested 139192 tokens (130000 in the "
           "messages, 9192 in the completion)."),
      "prompt is too long: 139192 tokens > 131072 maximum");
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
