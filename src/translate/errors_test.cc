#include "translate/errors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

Error refuse(int status, std::string message, std::string code = "", std::string type = "") {
  return upstream_refusal(
      {.status = status,
       .body = {.message = std::move(message), .type = std::move(type), .code = std::move(code)},
       .host = "api.example.com"});
}

struct Overflow {
  std::string_view provider;
  int status;
  std::string message;
  std::string expected;
  std::string code = {};
};

const std::vector<Overflow> overflows = {
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

TEST(UpstreamRefusal, ContextOverflowInAnyProvidersWords) {
  for (const auto& c : overflows) {
    const Error error = refuse(c.status, c.message, c.code);
    EXPECT_EQ(error.kind, ErrorKind::context_overflow) << c.provider;
    EXPECT_EQ(error.message, c.expected) << c.provider;
    EXPECT_EQ(error.retry, Retry::no) << c.provider;
    EXPECT_NE(error.cause.find(c.message), std::string::npos) << c.provider;
  }
}

struct OtherRefusal {
  std::string_view what;
  int status;
  std::string message;
  std::string code;
  ErrorKind kind;
  Retry retry = Retry::no;
};

const std::vector<OtherRefusal> other_refusals = {
    {"Groq, 413 for a rate", 413,
     "Request too large for model `llama-3.3-70b-versatile` in organization "
     "`org_01kgg5588eftc8k70aes4864eb` service tier "
     "`on_demand` on tokens per minute (TPM): Limit 12000, Requested 14137, please reduce your message "
     "size and try again.",
     "rate_limit_exceeded", ErrorKind::rate_limit},
    {"Groq, 429", 429,
     "Rate limit reached for model `llama-3.1-8b-instant` on tokens per minute (TPM): Limit 6000, Used "
     "5034, Requested "
     "1443. Please try again in 4.77s.",
     "rate_limit_exceeded", ErrorKind::rate_limit, Retry::yes},
    {"OpenAI, too large for a minute", 429,
     "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 342389. The input or "
     "output tokens must "
     "be reduced in order to run successfully.",
     "rate_limit_exceeded", ErrorKind::rate_limit},
    {"Bedrock, throttled", 400, "Too many tokens, please wait before trying again.", "ThrottlingException",
     ErrorKind::rate_limit, Retry::yes},
    {"OpenAI, quota", 429, "You exceeded your current quota, please check your plan and billing details.",
     "insufficient_quota", ErrorKind::rate_limit},
    {"OpenAI, max_tokens", 400,
     "max_tokens is too large: 64000. This model supports at most 16384 completion tokens, whereas you "
     "provided 64000.",
     "invalid_value", ErrorKind::invalid_request},
    {"DeepSeek, max_tokens", 400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
     "invalid_request_error", ErrorKind::invalid_request},
    {"Azure, content filter", 400,
     "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
     "content_filter", ErrorKind::invalid_request},
    {"unknown parameter", 400, "Unsupported parameter: 'max_tokens' is not supported with this model.",
     "unsupported_parameter", ErrorKind::invalid_request},
    {"OpenAI, model", 404, "The model `gpt-9` does not exist or you do not have access to it.",
     "model_not_found", ErrorKind::not_found},
    {"OpenRouter, model", 400, "foo/bar is not a valid model ID", "400", ErrorKind::not_found},
    {"Ollama, model", 404, "model \"llama9\" not found, try pulling it first", "", ErrorKind::not_found},
    {"a wrong path", 404, "404 page not found", "", ErrorKind::not_found},
    {"DeepSeek, no credit", 402, "Insufficient Balance", "invalid_request_error", ErrorKind::permission},
    {"401", 401, "Incorrect API key provided: sk-abc12***xyz9.", "invalid_api_key", ErrorKind::permission},
    {"403", 403, "Country, region, or territory not supported", "", ErrorKind::permission},
    {"405", 405, "Method Not Allowed", "", ErrorKind::bad_gateway},
    {"302", 302, "Sign in", "", ErrorKind::bad_gateway},
    {"408", 408, "Request timeout", "", ErrorKind::timeout, Retry::yes},
    {"413", 413, "Request Entity Too Large", "", ErrorKind::too_large},
    {"422", 422, "field required", "", ErrorKind::invalid_request},
    {"500", 500, "The server had an error while processing your request", "", ErrorKind::api, Retry::yes},
    {"501", 501, "Not implemented", "", ErrorKind::not_supported},
    {"502", 502, "Bad Gateway", "", ErrorKind::bad_gateway, Retry::yes},
    {"503", 503, "Loading model", "", ErrorKind::unavailable, Retry::yes},
    {"504", 504, "Gateway Time-out", "", ErrorKind::timeout, Retry::yes},
    {"520", 520, "Web server is returning an unknown error", "", ErrorKind::api, Retry::yes},
    {"529", 529, "Overloaded", "", ErrorKind::overloaded, Retry::yes},
    {"in a stream, by number", 0, "Provider returned error", "502", ErrorKind::bad_gateway, Retry::yes},
    {"in a stream, by word", 0, "Overloaded", "overloaded_error", ErrorKind::overloaded, Retry::yes},
    {"in a stream, unknown", 0, "something broke", "", ErrorKind::api, Retry::yes},
};

TEST(UpstreamRefusal, EverythingElse) {
  for (const auto& c : other_refusals) {
    const Error error = refuse(c.status, c.message, c.code);
    EXPECT_EQ(static_cast<int>(error.kind), static_cast<int>(c.kind)) << c.what << ": " << error.message;
    EXPECT_EQ(error.retry, c.retry) << c.what;
    EXPECT_EQ(error.source, ErrorSource::upstream) << c.what;
  }
}

TEST(UpstreamRefusal, ARefusedKeyNamesTheVariableAndTheHost) {
  const Error error =
      refuse(401, "Incorrect API key provided: sk-proj-abc123456789xyz. You can find yours at …");
  EXPECT_NE(error.message.find("OPENAI_API_KEY"), std::string::npos);
  EXPECT_NE(error.message.find("api.example.com"), std::string::npos);
  EXPECT_EQ(error.message.find("abc123456789xyz"), std::string::npos) << error.message;
  EXPECT_NE(error.cause.find("abc123456789xyz"), std::string::npos);
}

TEST(UpstreamRefusal, ACodeInsideAStreamStandsForAStatus) {
  const auto inside = [](std::string code) {
    return upstream_refusal({.status = 0, .body = {.code = std::move(code)}}).message;
  };
  for (const auto* status : {"400", "503", "599"}) {
    EXPECT_EQ(inside(status), fmt::format("the provider answered status {} without an explanation", status));
  }
  for (const auto* none : {"399", "600", "503x", "x503", "-503", ""}) {
    EXPECT_EQ(inside(none), "the provider ended the stream with an error without a message") << none;
  }
}

TEST(UpstreamRefusal, AnotherStatusSaysMoreThanTheWords) {
  EXPECT_EQ(refuse(404, "no such path; see the page on rate limits: rate limit").kind, ErrorKind::not_found);
  EXPECT_EQ(refuse(500, "the model does not exist").kind, ErrorKind::api);
  EXPECT_EQ(refuse(422, "the model does not exist").kind, ErrorKind::invalid_request);
  EXPECT_EQ(refuse(0, "the model does not exist").kind, ErrorKind::not_found);
}

TEST(UpstreamRefusal, AKeyRefusedWithoutAWord) {
  EXPECT_TRUE(refuse(401, "").message.contains("no explanation")) << refuse(401, "").message;
  EXPECT_TRUE(refuse(0, "", "invalid_api_key").message.contains("an error without a message"));
}

TEST(UpstreamRefusal, RetryAfterAndSilence) {
  const Error error = upstream_refusal({.status = 429, .host = "h", .retry_after = std::chrono::seconds(7)});
  EXPECT_EQ(error.retry_after, std::chrono::seconds(7));
  EXPECT_FALSE(error.message.empty());
  openai::ErrorBody body{.message = "busy", .retry_delay = std::chrono::seconds(26)};
  EXPECT_EQ(upstream_refusal({.status = 429, .body = body}).retry_after, std::chrono::seconds(26));
  EXPECT_EQ(
      upstream_refusal({.status = 429, .body = body, .retry_after = std::chrono::seconds(7)}).retry_after,
      std::chrono::seconds(7));
  EXPECT_FALSE(upstream_refusal({.status = 400, .body = body}).retry_after);
  EXPECT_EQ(refuse(503, "").message,
            "the provider at api.example.com answered status 503 without an explanation");
}

TEST(MaskIdentifiers, KeysAndAccountsGo) {
  struct Case {
    std::string_view text, masked;
  };
  const Case cases[] = {
      {"key sk-proj-AbC123_def-456 is wrong", "key *** is wrong"},
      {"key sk-ab***yz9.", "key ***."},
      {"in organization `org_01kgg5588eftc8k70aes4864eb` on", "in organization `***` on"},
      {"org-AbCdEf123456 and proj_a1b2c3d4", "*** and ***"},
      {"gsk_abcdef123456, AIzaSyD-9tSrke72PouQMnMX, xai-0123456789ab", "***, ***, ***"},
      {"Authorization: Bearer eyJhbGciOi.J9x-1~", "Authorization: Bearer ***"},
      {"account 0123456789abcdef0123456789abcdef.", "account ***."},
      {"an org-wide task-force for sk- and risk-based work",
       "an org-wide task-force for sk- and risk-based work"},
      {"a bearer token is missing", "a bearer token is missing"},
      {"Your api key: ****fcc2 is invalid, na***ys too", "Your api key: *** is invalid, *** too"},
      {"account <ak-f94zcrj6ax1111aqsyq1>, ak-47", "account <***>, ak-47"},
      {"your team 76d413d5-32ce-42c9-ad95-931b52a899d4 does", "your team *** does"},
      {"(ref: 00ad71bb-fea0-4639-9dc9-3ad800192057)", "(ref: 00ad71bb-fea0-4639-9dc9-3ad800192057)"},
      {"your team 76d413d5-32ce-42c9-ad95-931b52a899dx", "your team 76d413d5-32ce-42c9-ad95-931b52a899dx"},
      {"deadbeef is short", "deadbeef is short"},
      {"世界 sk-abcdef123456 世界", "世界 *** 世界"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(mask_identifiers(c.text), c.masked);
}

TEST(Errors, TheShortestId) { EXPECT_EQ(mask_identifiers("org-abc12 org-abc123"), "org-abc12 ***"); }

// Numbers inside names are no counts of tokens.
TEST(Errors, ModelNamesAreNotCounts) {
  const auto error =
      refuse(400,
             "gpt-99999: maximum context length is 4097 tokens, however you requested 5000 tokens "
             "(v2.88888, id77777, 66666-preview, 55555.5)");
  EXPECT_EQ(error.message, "prompt is too long: 5000 tokens > 4097 maximum");
}

// The client would compute with them.
TEST(Errors, ASumWithoutThePromptIsNone) {
  constexpr auto words = "max_tokens=64000 is too large: the model's maximum context length is 32768 tokens";
  EXPECT_EQ(refuse(400, words).message, std::string("prompt is too long: ") + words);
}

TEST(Errors, ThousandsInGroups) {
  EXPECT_EQ(
      refuse(400, "maximum context length is 4097 tokens, however you requested 5000,1a0 tokens").message,
      "prompt is too long: 5000 tokens > 4097 maximum");
  EXPECT_EQ(
      refuse(400, "maximum context length is 4,097 tokens, however you requested 12,500 tokens").message,
      "prompt is too long: 12500 tokens > 4097 maximum");
  EXPECT_EQ(
      refuse(400, "maximum context length is 4097 tokens, however you requested 5000,a00 tokens").message,
      "prompt is too long: 5000 tokens > 4097 maximum");
}

TEST(Errors, TheLowestStatusInsideAStream) {
  EXPECT_EQ(refuse(0, "no", "400").kind, ErrorKind::invalid_request);
  EXPECT_EQ(refuse(0, "no", "399").kind, ErrorKind::api);
  EXPECT_EQ(refuse(0, "no", "599").kind, ErrorKind::api);
  EXPECT_EQ(refuse(0, "no", "600").kind, ErrorKind::api);
}

}  // namespace
}  // namespace ccp::translate
