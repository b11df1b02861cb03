#include "translate/request.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "translate/tokens.h"
#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

TEST(Request, MaxTokensAreClamped) {
  struct Clamp {
    std::int64_t wanted, sent;
    bool clamped;
  };
  for (const auto& test : {Clamp{1, 100, false}, Clamp{100, 100, false}, Clamp{4096, 4096, false},
                           Clamp{4097, 4096, true}, Clamp{64000, 4096, true}}) {
    const auto out = translated(R"({"model":"m","max_tokens":)" + std::to_string(test.wanted) +
                                R"(,"messages":[{"role":"user","content":"a"}]})");
    EXPECT_NE(out.json.find(R"("max_tokens":)" + std::to_string(test.sent) + "}"), std::string::npos)
        << out.json;
    EXPECT_EQ(out.clamped, test.clamped) << test.wanted;
  }
  EXPECT_EQ(sent_fields(R"("stream":false)", {.max_tokens = MaxTokens::max_completion_tokens}),
            R"({"max_completion_tokens":200})");
  EXPECT_EQ(sent_fields(R"("stream":false)", {}, {.min_tokens = 1, .max_tokens = 50}),
            R"({"max_tokens":50})");
}

TEST(Request, Sampling) {
  constexpr std::string_view fields = R"("temperature":0.5,"top_p":0.9,"top_k":40)";
  EXPECT_EQ(sent_fields(fields), R"({"max_tokens":200,"temperature":0.5,"top_p":0.9})");
  EXPECT_EQ(sent_fields(fields, {.sampling = false}), R"({"max_tokens":200})");
  EXPECT_EQ(translated(with_fields(fields), {.sampling = false}).warnings.size(), 2U);
  EXPECT_EQ(translated(with_fields(R"("top_p":0.9)"), {.sampling = false}).warnings.size(), 1U);
  EXPECT_TRUE(translated(with_fields(R"("stream":false)"), {.sampling = false}).warnings.empty());
  EXPECT_EQ(sent_fields(R"("temperature":0)"), R"({"max_tokens":200,"temperature":0})");
}

TEST(Request, StopSequences) {
  constexpr std::string_view fields = R"("stop_sequences":["a","","b","c"])";
  EXPECT_EQ(sent_fields(fields), R"({"max_tokens":200,"stop":["a","b","c"]})");
  EXPECT_TRUE(translated(with_fields(fields)).warnings.empty());
  EXPECT_EQ(sent_fields(fields, {.max_stop = 2}), R"({"max_tokens":200,"stop":["a","b"]})");
  EXPECT_EQ(translated(with_fields(fields), {.max_stop = 2}).warnings.size(), 1U);
  EXPECT_EQ(sent_fields(R"("stop_sequences":[])"), R"({"max_tokens":200})");
}

/// What is sent for a request with one tool, for which the proxy has searched.
std::string sent_with_findings(std::string_view tool) {
  std::string body = with_fields(R"("tools":[)" + std::string(tool) + "]");
  json::Reader reader;
  const auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  const SearchFindings findings{.query = "q"};
  std::string json;
  openai::write(request(*parsed, "up", {}, {}, {.findings = &findings})->chat, json);
  return json;
}

TEST(Request, WhatWasFoundIsToldWhereTheSearchIsLost) {
  constexpr std::string_view search = R"({"type":"web_search_20250305","name":"web_search"})";
  constexpr std::string_view found = "found nothing";
  constexpr std::string_view no_search = "Web search is not configured";
  const auto told = sent_with_findings(search);
  EXPECT_TRUE(told.contains(found)) << told;
  EXPECT_FALSE(told.contains(no_search)) << told;
  EXPECT_FALSE(sent_with_findings(R"({"name":"A"})").contains(found)) << "it was not asked for";
  const auto lost = translated(with_fields(R"("tools":[)" + std::string(search) + "]")).json;
  EXPECT_TRUE(lost.contains(no_search)) << lost;
}

TEST(Request, StreamsAskForUsage) {
  EXPECT_EQ(sent_fields(R"("stream":true)"),
            R"({"max_tokens":200,"stream":true,"stream_options":{"include_usage":true}})");
}

TEST(Request, StructuredOutput) {
  EXPECT_EQ(sent_fields(R"("output_config":{"format":{"type":"json_schema","schema":{"type": "object"}}})"),
            R"({"max_tokens":200,"response_format":{"type":"json_schema","json_schema":{"name":"response",)"
            R"("schema":{"type": "object"}}}})");
}

TEST(Request, WhatHasNoEquivalentIsNotSent) {
  EXPECT_EQ(
      sent_fields(
          R"("metadata":{"user_id":"u"},"service_tier":"auto","context_management":{"edits":[]},"x":1)"),
      R"({"max_tokens":200})");
}

TEST(Request, ReasoningEffort) {
  struct Effort {
    std::string_view fields, sent;
  };
  constexpr Effort cases[] = {
      {R"("x":1)", ""},
      {R"("thinking":{"type":"adaptive"})", ""},
      {R"("thinking":{"type":"adaptive"},"output_config":{"effort":"low"})", "low"},
      {R"("output_config":{"effort":"medium"})", "medium"},
      {R"("output_config":{"effort":"xhigh"})", "high"},
      {R"("output_config":{"effort":"max"})", "high"},
      {R"("output_config":{"effort":"brand_new"})", ""},
      {R"("thinking":{"type":"disabled"},"output_config":{"effort":"high"})", ""},
      {R"("thinking":{"type":"enabled","budget_tokens":1024})", "minimal"},
      {R"("thinking":{"type":"enabled","budget_tokens":1025})", "low"},
      {R"("thinking":{"type":"enabled","budget_tokens":4096})", "low"},
      {R"("thinking":{"type":"enabled","budget_tokens":4097})", "medium"},
      {R"("thinking":{"type":"enabled","budget_tokens":16384})", "medium"},
      {R"("thinking":{"type":"enabled","budget_tokens":31999})", "high"},
      {R"("thinking":{"type":"enabled","budget_tokens":1024},"output_config":{"effort":"high"})", "high"},
      {R"("thinking":{"type":"enabled"})", ""},
  };
  for (const auto& test : cases) {
    const auto effort = test.sent.empty() ? "" : R"(,"reasoning_effort":")" + std::string(test.sent) + "\"";
    EXPECT_EQ(sent_fields(test.fields, {.reasoning = Reasoning::effort}),
              R"({"max_tokens":200)" + effort + "}")
        << test.fields;
    EXPECT_EQ(sent_fields(test.fields), R"({"max_tokens":200})") << "unless the provider is known to take it";
  }
}

/// The body of a recorded request, as the bytes that stand in the file.
std::string recorded_body(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  std::string document = text.str(), body;
  json::Reader reader;
  const auto read = reader.parse(document, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key != "body") return value.skip();
      const auto slice = value.slice();
      if (slice) body = *slice;
      return {};
    });
  });
  EXPECT_TRUE(read) << file;
  return body;
}

TEST(Request, EveryRecordedRequestIsTranslated) {
  const auto folder = std::filesystem::path(CCP_SOURCE_DIR "/tests/fixtures/claude-code");
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto body = recorded_body(file.path());
    ASSERT_FALSE(body.empty()) << file.path();
    const auto out = translated(body);
    EXPECT_TRUE(out.ok && json::is_object(out.json)) << file.path() << ": " << out.json.substr(0, 200);
    for (const std::string_view left_over :
         {"x-anthropic-billing-header", "cache_control", R"("tool_result")", R"("content":[])",
          R"("messages":[])", R"("type":"thinking")"}) {
      EXPECT_EQ(out.json.find(left_over), std::string::npos) << file.path() << " still has " << left_over;
    }
    ++count;
  }
  EXPECT_EQ(count, 10U);
}

TEST(Request, WhatIsLostIsNamed) {
  const auto warned = [](std::string_view fields) {
    const auto warnings = translated(with_fields(fields)).warnings;
    return warnings.empty() ? std::string() : warnings.front();
  };
  EXPECT_TRUE(warned(R"("mcp_servers":[{"type":"url","name":"crm","url":"u"},{"name":"wiki"}])")
                  .starts_with("mcp_servers (crm, wiki) are called by Anthropic's servers only"));
  EXPECT_TRUE(warned(R"("tools":[{"type":"computer_toolset_20260801"}])")
                  .starts_with("the tool computer_toolset_20260801 is not known here"));
  EXPECT_TRUE(warned(R"("tools":[{"name":"t","input_schema":{"type":"object"},"input_examples":[{"a":1}]}])")
                  .starts_with("input_examples of a tool were dropped"));
  EXPECT_EQ(warned(R"("mcp_servers":[])"), "");
}

}  // namespace
}  // namespace ccp::translate
