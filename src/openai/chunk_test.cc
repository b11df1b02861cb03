#include "openai/chunk.h"

#include <gtest/gtest.h>

namespace ccp::openai {
namespace {

/// A chunk with the buffers its views point into.
struct Parsed {
  explicit Parsed(std::string json) : text(std::move(json)), chunk(parse_chunk(reader, text)) {
    EXPECT_TRUE(chunk) << text << ": " << (chunk ? "" : chunk.error().cause);
  }
  const Chunk* operator->() const { return &*chunk; }
  json::Reader reader;
  std::string text;
  Result<Chunk> chunk;
};

std::string delta(std::string_view json) {
  return R"({"choices":[{"index":0,"delta":)" + std::string(json) + "}]}";
}

TEST(Chunk, AnOrdinaryOne) {
  const Parsed c(R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m",
    "system_fingerprint":null,"choices":[{"index":0,"delta":{"role":"assistant","content":"h\u00e9\n"},"logprobs":null,
    "finish_reason":null}],"usage":null,"obfuscation":"x"})");
  EXPECT_TRUE(c->has_choice);
  EXPECT_EQ(c->content, "hé\n");
  EXPECT_EQ(c->finish_reason, "");
  EXPECT_FALSE(c->usage);
  EXPECT_FALSE(c->error);
}

TEST(Chunk, WithoutAChoice) {
  for (const char* json :
       {R"({"choices":[]})", R"({"choices":null})", R"({"id":"x"})",
        R"({"choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]})"}) {
    const Parsed c(json);
    EXPECT_FALSE(c->has_choice) << json;
    EXPECT_EQ(c->content, "") << json;
    EXPECT_FALSE(c->error) << json;
  }
}

TEST(Chunk, SeveralChoicesAreOneMessage) {
  EXPECT_EQ(Parsed(R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]})")->content, "ab");
  EXPECT_EQ(Parsed(R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"a"}}]})")->content, "a");
  EXPECT_EQ(Parsed(R"({"choices":[{"index":7,"delta":{"content":"a"}}]})")->content, "a");
  const Parsed copilot(R"({"choices":[{"finish_reason":"stop","message":{"content":"a","tool_calls":[
    {"index":0,"id":"c","function":{"name":"f"}}]}},{"index":1,"finish_reason":"tool_calls","message":{"content":null,
    "tool_calls":[{"index":0,"id":"d","function":{"name":"g"}}]}}]})");
  EXPECT_EQ(copilot->content, "a");
  EXPECT_EQ(copilot->finish_reason, "tool_calls");
  ASSERT_EQ(copilot->tool_calls.size(), 2U);
  EXPECT_NE(copilot->tool_calls[0].index, copilot->tool_calls[1].index);
}

TEST(Chunk, ContentShapes) {
  EXPECT_EQ(Parsed(delta(R"({"content":null})"))->content, "");
  EXPECT_EQ(Parsed(delta(R"({"content":[{"type":"text","text":"a"},{"text":"b","type":"text"}]})"))->content,
            "ab");
  const Parsed mistral(
      delta(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"x"},{"type":"text",
    "text":"y"}]},{"type":"text","text":"z"}]})"));
  EXPECT_EQ(mistral->reasoning, "xy");
  EXPECT_EQ(mistral->content, "z");
  EXPECT_EQ(Parsed(delta(R"({"refusal":"no"})"))->refusal, "no");
}

TEST(Chunk, ReasoningShapes) {
  EXPECT_EQ(Parsed(delta(R"({"reasoning_content":"a","content":null})"))->reasoning, "a");
  EXPECT_EQ(Parsed(delta(R"({"reasoning":"a"})"))->reasoning, "a");
  EXPECT_EQ(Parsed(delta(R"({"reasoning":"a","reasoning_content":"a"})"))->reasoning, "a");
  EXPECT_EQ(Parsed(delta(R"({"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a"}]})"))
                ->reasoning,
            "a");
  EXPECT_EQ(
      Parsed(
          delta(
              R"({"reasoning_details":[{"type":"reasoning.text","text":"a"},{"text":"b","type":"reasoning.text"},
    {"type":"reasoning.encrypted","data":"zz","text":"no"}]})"))
          ->reasoning,
      "ab");
  EXPECT_EQ(Parsed(delta(R"({"reasoning":null,"reasoning_details":null})"))->reasoning, "");
}

TEST(Chunk, ToolCallShapes) {
  const Parsed whole(delta(
      R"({"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]})"));
  ASSERT_EQ(whole->tool_calls.size(), 1U);
  EXPECT_EQ(whole->tool_calls[0].index, 0);
  EXPECT_EQ(whole->tool_calls[0].id, "c");
  EXPECT_EQ(whole->tool_calls[0].name, "f");
  EXPECT_EQ(whole->tool_calls[0].arguments, R"({"a":1})");

  const Parsed bare(delta(R"({"tool_calls":[{"index":null,"id":null,"type":null,"function":null},{},
    {"function":{"name":null,"arguments":null}},{"function":{"arguments":{"a": [1]}}}]})"));
  ASSERT_EQ(bare->tool_calls.size(), 4U);
  for (const auto& call : bare->tool_calls) {
    EXPECT_FALSE(call.index);
    EXPECT_EQ(call.id, "");
    EXPECT_EQ(call.name, "");
  }
  EXPECT_EQ(bare->tool_calls[3].arguments, R"({"a": [1]})");

  const Parsed legacy(delta(R"({"function_call":{"name":"f","arguments":"{}"}})"));
  ASSERT_EQ(legacy->tool_calls.size(), 1U);
  EXPECT_EQ(legacy->tool_calls[0].name, "f");
  EXPECT_TRUE(Parsed(delta(R"({"tool_calls":null,"function_call":null})"))->tool_calls.empty());
}

TEST(Chunk, AWholeCompletion) {
  const Parsed c(R"({"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"hi"},
    "finish_reason":"stop","stop_reason":"END"}],"usage":{"prompt_tokens":3,"completion_tokens":1}})");
  EXPECT_EQ(c->content, "hi");
  EXPECT_EQ(c->finish_reason, "stop");
  EXPECT_EQ(c->stop_reason, "END");
  EXPECT_EQ(c->usage->prompt_tokens, 3);
}

TEST(Chunk, StopReasonOnlyWhenAString) {
  EXPECT_EQ(Parsed(R"({"choices":[{"delta":{},"stop_reason":128009}]})")->stop_reason, "");
  EXPECT_EQ(Parsed(R"({"choices":[{"delta":null,"stop_reason":null}]})")->stop_reason, "");
}

TEST(Chunk, UsageShapes) {
  struct Case {
    std::string_view usage;
    std::optional<std::int64_t> prompt, completion, cached;
  };
  const Case cases[] = {
      {R"({"prompt_tokens":9,"completion_tokens":2,"total_tokens":11})", 9, 2, {}},
      {R"({"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":null,"completion_tokens_details":null})",
       9,
       2,
       {}},
      {R"({"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":null}})", 9, {}, 4},
      {R"({"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":null}})", 9, {}, {}},
      {R"({"prompt_tokens":9,"prompt_cache_hit_tokens":5,"prompt_cache_miss_tokens":4})", 9, {}, 5},
      {R"({"prompt_tokens":null,"completion_tokens":null})", {}, {}, {}},
      {R"({"prompt_tokens":9.0,"cost":0.0012,"cost_details":{}})", 9, {}, {}},
      {R"({})", {}, {}, {}},
  };
  for (const auto& c : cases) {
    const Parsed chunk(R"({"choices":[],"usage":)" + std::string(c.usage) + "}");
    ASSERT_TRUE(chunk->usage) << c.usage;
    EXPECT_EQ(chunk->usage->prompt_tokens, c.prompt) << c.usage;
    EXPECT_EQ(chunk->usage->completion_tokens, c.completion) << c.usage;
    EXPECT_EQ(chunk->usage->cached_tokens, c.cached) << c.usage;
  }
  EXPECT_EQ(Parsed(R"({"choices":[{"delta":{},"usage":{"prompt_tokens":3}}]})")->usage->prompt_tokens, 3);
  EXPECT_EQ(Parsed(R"({"choices":[],"x_groq":{"id":"r","usage":{"prompt_tokens":3}}})")->usage->prompt_tokens,
            3);
}

TEST(Chunk, Errors) {
  struct Case {
    std::string_view json, message, code;
  };
  const Case cases[] = {
      {R"({"error":{"message":"no","type":"t","code":429}})", "no", "429"},
      {R"({"error":"no"})", "no", ""},
      {R"({"error":{}})", "an error without a message", ""},
      {R"({"object":"error","message":"no","type":"BadRequestError","param":null,"code":400})", "no", "400"},
      {R"({"detail":"no"})", "no", ""},
      {R"([{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}])", "no", "400"},
      {R"({"choices":[{"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":"no"}}]})",
       "no", "502"},
  };
  for (const auto& c : cases) {
    const Parsed chunk{std::string(c.json)};
    ASSERT_TRUE(chunk->error) << c.json;
    EXPECT_EQ(chunk->error->message, c.message) << c.json;
    EXPECT_EQ(chunk->error->code, c.code) << c.json;
  }
  EXPECT_FALSE(Parsed(R"({"error":null,"choices":[]})")->error);
}

TEST(Chunk, TextInEveryShape) {
  struct Case {
    std::string_view delta, content, reasoning;
  };
  const Case cases[] = {
      {R"({"content":6})", "6", ""},
      {R"({"content":0.005})", "0.005", ""},
      {R"({"content": -1.50e+3 })", "-1.50e+3", ""},
      {R"({"content":1e999})", "1e999", ""},
      {R"({"content":123456789012345678901234567890})", "123456789012345678901234567890", ""},
      {R"({"content":true})", "true", ""},
      {R"({"content":["a",1,{"type":"text","text":2}]})", "a12", ""},
      {R"({"content":{"type":"text","text":"a"}})", "a", ""},
      {R"({"content":[{"type":"output_text","text":"a"},{"type":"unheard_of","content":"b"}]})", "ab", ""},
      {R"({"content":[{"type":"text","text":{"value":"a","annotations":[]}}]})", "a", ""},
      {R"({"content":[{"text":"t","type":"thinking"},{"type":"text","text":"a"}]})", "a", "t"},
      {R"({"content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"t"}]}]})", "", "t"},
      {R"({"content":[{"type":"reasoning","summary":[{"text":"s"}],"content":[{"type":"reasoning_text","text":"t"}]}]})",
       "", "t"},
      {R"({"content":[{"text":"t","thought":true},{"text":"a","thought":false}]})", "a", "t"},
      {R"({"content":[{"type":"tool_result","content":"x"},{"type":"text","text":"a"}]})", "a", ""},
      {R"("a")", "a", ""},
      {R"({"content":"a","reasoning_content":1})", "a", "1"},
      {R"({"content":"a","reasoning":["x",{"text":"y"}]})", "a", "xy"},
      {R"({"content":"a","reasoning":{"content":"x"}})", "a", "x"},
      {R"({"content":"a","reasoning":false,"reasoning_text":"x"})", "a", "x"},
      {R"({"content":"a","thinking":{"type":"thinking","thinking":"x"}})", "a", "x"},
      {R"({"content":"a","thinking_blocks":[{"type":"thinking","thinking":"x","signature":"s"}]})", "a", "x"},
      {R"({"content":"a","reasoning_content":"a"})", "", "a"},
      {R"({"content":"a","refusal":false,"annotations":5,"reasoning_details":7,"extra_content":1})", "a", ""},
  };
  for (const auto& c : cases) {
    const Parsed chunk(delta(c.delta));
    EXPECT_EQ(chunk->content, c.content) << c.delta;
    EXPECT_EQ(chunk->reasoning, c.reasoning) << c.delta;
    EXPECT_EQ(chunk->refusal, "") << c.delta;
  }
  EXPECT_EQ(Parsed(R"({"choices":{"delta":{"content":"a"}}})")->content, "a");
  EXPECT_EQ(Parsed(R"({"choices":[{"text":"a","finish_reason":"stop"}]})")->content, "a");
}

TEST(Chunk, ToolCallsInOtherShapes) {
  const auto only = [](std::string_view json) {
    const Parsed chunk(delta(json));
    EXPECT_EQ(chunk->tool_calls.size(), 1U) << json;
    const auto call = chunk->tool_calls.empty() ? ToolCallDelta{} : chunk->tool_calls.front();
    return std::string(call.id) + "|" + std::string(call.name) + "|" + std::string(call.arguments);
  };
  EXPECT_EQ(only(R"({"tool_calls":{"id":5,"function":{"name":"f","arguments":"{}"}}})"), "5|f|{}");
  EXPECT_EQ(only(R"({"tool_calls":[{"id":"c","name":"f","arguments":{"a":1}}]})"), R"(c|f|{"a":1})");
  EXPECT_EQ(only(R"({"tool_calls":[{"function":{"arguments":5}}]})"), "||5");
  EXPECT_EQ(only(R"({"tool_calls":[{"function":{"arguments":[ ]}}]})"), "||{}");
  EXPECT_EQ(only(R"({"tool_calls":[[{"function":{"name":"f"}}]]})"), "|f|");
}

TEST(Chunk, Envelopes) {
  for (const char* key : {"data", "result", "response", "output"}) {
    const Parsed chunk(
        R"({"code":0,"message":"success",")" + std::string(key) +
        R"(":{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":3}},"success":true})");
    EXPECT_EQ(chunk->content, "a") << key;
    EXPECT_FALSE(chunk->error) << key;
    EXPECT_EQ(chunk->usage->prompt_tokens, 3) << key;
  }
  EXPECT_EQ(Parsed(R"([{"choices":[{"message":{"content":"a"}}]}])")->content, "a");
  EXPECT_EQ(Parsed(R"({"success":false,"result":null,"errors":[{"code":7,"message":"no"}],"messages":[]})")
                ->error->message,
            "no");
  EXPECT_FALSE(Parsed(R"({"error":{},"errors":[],"choices":[{"delta":{"content":"a"}}]})")->error);
}

TEST(Chunk, SideFieldsThatCannotBeReadAreNamed) {
  struct Case {
    std::string_view json;
    Unreadable names;
  };
  const Case cases[] = {
      {R"({"choices":[{"index":"x","finish_reason":1,"delta":{"content":"a"}}]})", {"finish_reason"}},
      {R"({"choices":[{"delta":{"content":"a","tool_calls":"x"}}]})", {"tool_calls"}},
      {R"({"choices":[{"delta":{"content":"a","tool_calls":[{"index":-1}]}}]})", {"tool_calls.index"}},
      {R"({"choices":[{"delta":{"content":"a"}}],"usage":[]})", {"usage"}},
      {R"({"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":{},"total_tokens":1e999}})",
       {"prompt_tokens", "total_tokens"}},
      {R"({"choices":[{"delta":{"content":"a"}},"x"],"created":{},"id":[1e999,{"a":123456789012345678901}]})",
       {"choices"}},
  };
  for (const auto& c : cases) {
    const Parsed chunk{std::string(c.json)};
    EXPECT_EQ(chunk->content, "a") << c.json;
    EXPECT_EQ(chunk->unreadable, c.names) << c.json;
  }
}

TEST(Chunk, UsageUnderOtherNames) {
  struct Case {
    std::string_view usage;
    std::optional<std::int64_t> prompt, completion, cached, written;
  };
  const Case cases[] = {
      {R"({"prompt_tokens":"9","completion_tokens":"2"})", 9, 2, {}, {}},
      {R"({"input_tokens":9,"output_tokens":2})", 9, 2, {}, {}},
      {R"({"input_tokens":9,"output_tokens":2,"cache_read_input_tokens":100,"cache_creation_input_tokens":10})",
       119, 2, 100, 10},
      {R"({"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":2})", 9, 2, 4, {}},
      {R"({"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4,"cache_creation_tokens":3}})",
       9,
       {},
       4,
       3},
      {R"({"prompt_tokens":9,"created_cache_tokens":3})", 9, {}, {}, 3},
      {R"({"prompt_tokens":9,"cached_tokens":4,"cache_write_tokens":2})", 9, {}, 4, 2},
      {R"({"prompt_tokens":9,"cache_read_input_tokens":4})", 9, {}, 4, {}},
      {R"({"prompt_tokens":9,"completion_tokens":1,"total_tokens":14,"cache_read_input_tokens":4})",
       13,
       1,
       4,
       {}},
      {R"({"prompt_tokens":9,"cache_read_input_tokens":40})", 49, {}, 40, {}},
      {R"({"prompt_tokens_details":{"cached_tokens":null}})", {}, {}, {}, {}},
      {R"({"prompt_tokens":10120,"completion_tokens":1499,"total_tokens":14428,"completion_tokens_details":
         {"reasoning_tokens":2809}})",
       10120,
       4308,
       {},
       {}},
      {R"({"prompt_tokens":9,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":6}})",
       9,
       11,
       {},
       {}},
      {R"({"prompt_tokens":9,"completion_tokens":7,"total_tokens":16,"completion_tokens_details":
         {"reasoning_tokens":6}})",
       9,
       7,
       {},
       {}},
      {R"({"promptTokenCount":9,"candidatesTokenCount":2})", 9, 2, {}, {}},
      {R"({"prompt_tokens":-1,"completion_tokens":1.5})", {}, {}, {}, {}},
  };
  for (const auto& c : cases) {
    const Parsed chunk(R"({"choices":[],"usage":)" + std::string(c.usage) + "}");
    ASSERT_TRUE(chunk->usage) << c.usage;
    EXPECT_EQ(chunk->usage->prompt_tokens, c.prompt) << c.usage;
    EXPECT_EQ(chunk->usage->completion_tokens, c.completion) << c.usage;
    EXPECT_EQ(chunk->usage->cached_tokens, c.cached) << c.usage;
    EXPECT_EQ(chunk->usage->cache_write_tokens, c.written) << c.usage;
  }
  EXPECT_EQ(
      Parsed(R"({"choices":[{"delta":{},"usage":{"prompt_tokens":3}}],"usage":{}})")->usage->prompt_tokens,
      3);
}

TEST(Chunk, WhatIsNoJson) {
  for (const char* alive :
       {"null", "", "  ", "5", "true", "\"\"", "[]", "ping", "[PING]", "keep-alive", ": keepalive"}) {
    const Parsed chunk{std::string(alive)};
    EXPECT_FALSE(chunk->error) << alive;
    EXPECT_FALSE(chunk->has_choice) << alive;
  }
  EXPECT_EQ(Parsed("upstream connect error")->error->message, "upstream connect error");
  EXPECT_EQ(Parsed("\"quota used up\"")->error->message, "quota used up");
  EXPECT_EQ(Parsed("[ERROR] no")->error->message, "[ERROR] no");
  EXPECT_EQ(Parsed("<html><title>502 Bad Gateway</title></html>")->error->message, "502 Bad Gateway");
}

TEST(Chunk, MalformedJson) {
  for (const char* json : {R"({"choices":[],"x":tru})", R"({"choices":[)", R"({"choices":[],"x":01})",
                           R"({"choices":[],"x":[1 2]})", R"({"choices":[],"x":{"a":1.}})"}) {
    json::Reader reader;
    std::string text(json);
    const auto chunk = parse_chunk(reader, text);
    ASSERT_FALSE(chunk) << json;
    EXPECT_EQ(chunk.error().kind, ErrorKind::bad_gateway) << json;
    EXPECT_EQ(chunk.error().source, ErrorSource::upstream) << json;
  }
}

TEST(ParseError, Shapes) {
  struct Case {
    std::string body;
    ErrorBody expected;
  };
  const std::vector<Case> cases = {
      {R"({"error":{"message":"no","type":"t","param":null,"code":"c"}})", {"no", "t", "c"}},
      {R"({"error":{"message":"no","code":404,"status":"NOT_FOUND"}})", {"no", "NOT_FOUND", "404"}},
      {R"([{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}])",
       {"no", "INVALID_ARGUMENT", "400"}},
      {R"({"error":"model not found"})", {"model not found", "", ""}},
      {R"({"message":"no","code":1})", {"no", "", "1"}},
      {R"({"detail":"Unauthorized"})", {"Unauthorized", "", ""}},
      {R"({"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]})",
       {R"([{"loc":["body"],"msg":"field required","type":"missing"}])", "", ""}},
      {R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
       {"Overloaded", "overloaded_error", ""}},
      {R"({"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"too long","provider_name":"X"}}})",
       {"Provider returned error: too long", "", "400"}},
      {R"({"error":{"code":400,"message":"exceeds","type":"exceed_context_size_error","n_prompt_tokens":14429,"n_ctx":8192}})",
       {"exceeds (prompt tokens 14429, context size 8192 tokens)", "exceed_context_size_error", "400"}},
      {"  Bad Gateway\n", {"Bad Gateway", "", ""}},
      {"\"just a string\"", {"just a string", "", ""}},
      {R"({"error":{"message":"cut off here","ty)", {R"({"error":{"message":"cut off here","ty)", "", ""}},
      {"<html>\r\n<head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
       {"502 Bad Gateway", "", ""}},
      {"<!DOCTYPE html><p>nothing</p>", {"an HTML page without a title", "", ""}},
      {R"({"status":"bad"})", {R"({"status":"bad"})", "bad", ""}},
      {"", {"", "", ""}},
      {"caf\xe9", {"caf?", "", ""}},
  };
  for (const auto& c : cases) {
    json::Reader reader;
    const auto error = parse_error(reader, c.body);
    EXPECT_EQ(error.message, c.expected.message) << c.body;
    EXPECT_EQ(error.type, c.expected.type) << c.body;
    EXPECT_EQ(error.code, c.expected.code) << c.body;
  }
}

TEST(ParseError, HowLongToWait) {
  const auto delay = [](std::string_view details) {
    json::Reader reader;
    const auto error =
        parse_error(reader, R"({"error":{"message":"no","details":)" + std::string(details) + "}}");
    EXPECT_EQ(error.message, "no") << details;
    return error.retry_delay ? error.retry_delay->count() : -1;
  };
  EXPECT_EQ(delay(R"([{"@type":"type.googleapis.com/google.rpc.Help"},{"retryDelay":"26s"}])"), 26);
  EXPECT_EQ(delay(R"([{"retryDelay":"0.5s"}])"), 1);
  EXPECT_EQ(delay(R"([{"retryDelay":"86400s"}])"), 86400);
  for (const std::string_view none :
       {R"([{"retryDelay":"86401s"}])", R"([{"retryDelay":"26"}])", R"([{"retryDelay":"-1s"}])",
        R"([{"retryDelay":""}])", R"([{"retryDelay":7},"26s",null])", R"("26s")",
        R"({"retryDelay":"26s"})"}) {
    EXPECT_EQ(delay(none), -1) << none;
  }
}

TEST(ParseError, MessagesAreShortened) {
  std::string body;
  for (int i = 0; i < 3000; ++i) body += "é";
  json::Reader reader;
  for (const auto& text : {body, R"({"error":{"message":")" + body + "\"}}"}) {
    const auto error = parse_error(reader, text);
    EXPECT_LE(error.message.size(), max_error_message);
    EXPECT_GT(error.message.size(), max_error_message - 8);
    EXPECT_TRUE(simdjson::validate_utf8(error.message.data(), error.message.size()));
    EXPECT_TRUE(error.message.ends_with("…"));
  }
}

TEST(Annotations, PagesAndNothingElse) {
  json::Reader reader;
  std::string text =
      R"({"choices":[{"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a","title":"A",)"
      R"("start_index":0}},{"type":"url_citation","url_citation":{"title":"no url"}},{"url_citation":7},5,)"
      R"({"url_citation":{"url":"https://b","title":null}}]}}]})";
  const auto chunk = parse_chunk(reader, text);
  ASSERT_TRUE(chunk);
  ASSERT_EQ(chunk->citations.size(), 2U);
  EXPECT_EQ(chunk->citations[0].url, "https://a");
  EXPECT_EQ(chunk->citations[0].title, "A");
  EXPECT_EQ(chunk->citations[1].url, "https://b");
  EXPECT_EQ(chunk->citations[1].title, "");
  text = R"({"choices":[{"delta":{"content":"x","annotations":null}}]})";
  EXPECT_TRUE(parse_chunk(reader, text)->citations.empty());
}

}  // namespace
}  // namespace ccp::openai
