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
     "insufficient_quota", ErrorKind::rate_limit, Retry::never},
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
    {"405", 405, "Method Not Allowed", "", ErrorKind::bad_gateway, Retry::never},
    {"302", 302, "Sign in", "", ErrorKind::bad_gateway, Retry::never},
    {"408", 408, "Request timeout", "", ErrorKind::timeout, Retry::yes},
    {"413", 413, "Request Entity Too Large", "", ErrorKind::too_large},
    {"422", 422, "field required", "", ErrorKind::invalid_request},
    {"500", 500, "The server had an error while processing your request", "", ErrorKind::api, Retry::yes},
    {"501", 501, "Not implemented", "", ErrorKind::not_supported},
    {"502", 502, "Bad Gateway", "", ErrorKind::bad_gateway, Retry::yes},
    {"503", 503, "Loading model", "", ErrorKind::loading, Retry::yes},
    {"504", 504, "Gateway Time-out", "", ErrorKind::timeout, Retry::yes},
    {"vLLM, a picture", 400, "cannot identify image file <_io.BytesIO object at 0x7f>", "",
     ErrorKind::refused_media},
    {"Groq, a call that does not fit", 400, "Failed to call a function. Please adjust your prompt.",
     "tool_use_failed", ErrorKind::unavailable, Retry::yes},
    {"Groq, JSON that does not fit", 400, "Failed to generate JSON.", "json_validate_failed",
     ErrorKind::unavailable, Retry::yes},
    {"NIM, degraded", 400, "Function id 'a1b2': DEGRADED function cannot be invoked", "",
     ErrorKind::unavailable, Retry::yes},
    {"warming up", 400, "The model is warming up, please wait", "", ErrorKind::loading, Retry::yes},
    {"loading, as a 404", 404, "Model is loading", "", ErrorKind::loading, Retry::yes},
    {"later", 400, "The service is temporarily unavailable", "", ErrorKind::unavailable, Retry::yes},
    {"LiteLLM, an unknown key", 400, "No connected db.", "no_db_connection", ErrorKind::permission},
    {"a week's plan", 429, "Weekly usage limit reached. Resets on Monday.", "", ErrorKind::rate_limit,
     Retry::never},
    {"GLM, five hours", 429, "Usage limit reached for 5 hour. Your limit will reset at 2026-11-28 20:00:00",
     "1308", ErrorKind::rate_limit, Retry::never},
    {"a day's free requests", 429, "Daily limit of free requests reached", "", ErrorKind::rate_limit,
     Retry::never},
    {"Anthropic behind a gateway, no credit", 400, "Your credit balance is too low to access the API",
     "invalid_request_error", ErrorKind::permission},
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
