#include "anthropic/messages.h"

#include <gtest/gtest.h>

#include "anthropic/parsed_body.h"

namespace ccp::anthropic {
namespace {

template <class T>
const T& first_block(const Parsed& parsed) {
  return std::get<T>(parsed->messages.at(0).content.at(0).value);
}

TEST(Messages, ReadsEveryParameter) {
  const Parsed parsed(with_fields(
      R"("system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"stream":true,"temperature":0.5,)"
      R"("top_p":1,"top_k":40,"stop_sequences":["a","b"],"metadata":{"user_id":"u","x":1},)"
      R"("tool_choice":{"disable_parallel_tool_use":true,"name":"T","type":"tool"},)"
      R"("thinking":{"budget_tokens":2048,"type":"enabled"},"tools":[{"input_schema":{"type": "object"},"name":"T",)"
      R"("description":"d","cache_control":null}],"output_config":{"effort":"high","format":{"schema":{"a":1},)"
      R"("type":"json_schema"}})"));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(parsed->model, "m");
  EXPECT_EQ(parsed->max_tokens, 10);
  EXPECT_TRUE(parsed->system.at(0).cache_control);
  EXPECT_TRUE(parsed->stream);
  EXPECT_EQ(parsed->temperature, 0.5);
  EXPECT_EQ(parsed->top_p, 1.0);
  EXPECT_EQ(parsed->top_k, 40);
  EXPECT_EQ(parsed->stop_sequences, (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(parsed->user_id, "u");
  EXPECT_EQ(parsed->tool_choice->type, ToolChoice::Type::tool);
  EXPECT_EQ(parsed->tool_choice->name, "T");
  EXPECT_TRUE(parsed->tool_choice->disable_parallel_tool_use);
  EXPECT_EQ(parsed->thinking->type, Thinking::Type::enabled);
  EXPECT_EQ(parsed->thinking->budget_tokens, 2048);
  EXPECT_EQ(parsed->tools.at(0).input_schema_json, R"({"type": "object"})");
  EXPECT_EQ(parsed->output_config.effort, "high");
  EXPECT_EQ(parsed->output_config.schema_json, R"({"a":1})");
  EXPECT_TRUE(parsed->unknown_fields.empty());
}

TEST(Messages, NullCountsAsAbsent) {
  const Parsed parsed(with_fields(
      R"("system":null,"stream":null,"temperature":null,"top_p":null,"top_k":null,"stop_sequences":null,)"
      R"("metadata":null,"tool_choice":null,"thinking":null,"tools":null,"output_config":null,"output_format":null)"));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_FALSE(parsed->temperature || parsed->top_k || parsed->tool_choice || parsed->thinking ||
               parsed->stream);
}

TEST(Messages, OlderOutputFormatIsReadAndTheNewerOneWins) {
  const std::string older = R"("output_format":{"type":"json_schema","schema":{"older":1}})";
  EXPECT_EQ(Parsed(with_fields(older))->output_config.schema_json, R"({"older":1})");
  const std::string newer = R"("output_config":{"format":{"type":"json_schema","schema":{"newer":1}}})";
  EXPECT_EQ(Parsed(with_fields(newer + "," + older))->output_config.schema_json, R"({"newer":1})");
  EXPECT_EQ(Parsed(with_fields(R"("output_format":{"type":"text"})"))->output_config.schema_json, "");
}

TEST(Messages, UnknownThingsAreAcceptedAndNoted) {
  const Parsed parsed(with_fields(
      R"("context_management":{"edits":[]},"service_tier":"auto","mcp_servers":[],"brand_new":{"a":[1]},)"
      R"("thinking":{"type":"brand_new"},"tools":[{"type":"brand_new_2030","x":{}}])"));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(parsed->unknown_fields, (std::vector<std::string_view>{"brand_new", "thinking.type"}));
  EXPECT_EQ(parsed->tools.at(0).type, "brand_new_2030");
}

TEST(Messages, TheLastOfDuplicateKeysCounts) {
  const Parsed parsed(with_fields(
      R"("model":"n","messages":[{"role":"assistant","content":"a","content":"b","role":"user"}])"));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(parsed->model, "n");
  ASSERT_EQ(parsed->messages.size(), 1U);
  EXPECT_EQ(parsed->messages[0].role, Role::user);
  ASSERT_EQ(parsed->messages[0].content.size(), 1U);
  EXPECT_EQ(first_block<TextBlock>(parsed).text, "b");
}

TEST(Messages, CountTokensNeedsOnlyAModel) {
  EXPECT_EQ(Parsed(R"({"model":"m","tools":[]})", Endpoint::count_tokens).error(), "accepted");
  EXPECT_EQ(Parsed(R"({"model":"m","messages":[]})", Endpoint::count_tokens).error(), "accepted");
  EXPECT_EQ(Parsed(R"({"messages":[]})", Endpoint::count_tokens).error(), "model: field required");
}

TEST(Messages, ContentOfMessages) {
  const Parsed parsed(with_messages(
      R"([{"content":"a","role":"user"},{"role":"assistant","content":null},{"role":"system","content":[]}])"));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(first_block<TextBlock>(parsed).text, "a");
  EXPECT_TRUE(parsed->messages[1].content.empty());
  EXPECT_EQ(parsed->messages[2].role, Role::system);
}

TEST(Messages, TypeMayComeLast) {
  const Parsed text(with_block(R"({"text":"t","type":"text"})"));
  ASSERT_TRUE(text.request) << text.error();
  EXPECT_EQ(first_block<TextBlock>(text).text, "t");

  const Parsed result(with_block(
      R"({"content":[{"source":{"data":"AAAA","media_type":"image/png","type":"base64"},"type":"image"}],)"
      R"("is_error":true,"tool_use_id":"i","cache_control":{},"type":"tool_result"})"));
  ASSERT_TRUE(result.request) << result.error();
  const auto& block = first_block<ToolResultBlock>(result);
  EXPECT_EQ(block.tool_use_id, "i");
  EXPECT_TRUE(block.is_error);
  const auto& image = std::get<ImageBlock>(block.content.at(0).value);
  EXPECT_EQ(std::get<Base64Source>(image.source).data, "AAAA");
  EXPECT_TRUE(result->messages[0].content[0].cache_control);
}

TEST(Messages, ToolUseInput) {
  const auto input = [](std::string_view field) {
    const Parsed parsed(with_block(R"({"type":"tool_use","id":"i","name":"n")" + std::string(field) + "}"));
    return parsed.request ? std::string(first_block<ToolUseBlock>(parsed).input_json) : parsed.error();
  };
  EXPECT_EQ(input(""), "{}");
  EXPECT_EQ(input(R"(,"input":null)"), "{}");
  EXPECT_EQ(input(R"(,"input":{"b": 1, "a":"\u00e9"})"), R"({"b": 1, "a":"\u00e9"})");
  EXPECT_EQ(input(R"(,"input":"{}")"), "messages.0.content.0.input: expected an object");
  EXPECT_EQ(input(R"(,"input":{"a":tru})"), "messages.0.content.0.input: malformed JSON");
}

TEST(Messages, ToolResultContent) {
  const auto blocks = [](std::string_view field) {
    const Parsed parsed(with_block(R"({"type":"tool_result","tool_use_id":"i")" + std::string(field) + "}"));
    EXPECT_TRUE(parsed.request) << parsed.error();
    return first_block<ToolResultBlock>(parsed).content.size();
  };
  EXPECT_EQ(blocks(""), 0U);
  EXPECT_EQ(blocks(R"(,"content":null)"), 0U);
  EXPECT_EQ(blocks(R"(,"content":[])"), 0U);
  EXPECT_EQ(blocks(R"(,"content":"")"), 1U);
  EXPECT_EQ(blocks(R"(,"content":[{"type":"text","text":"a"},{"type":"tool_reference","tool_name":"T"}])"),
            2U);
}

TEST(Messages, ThinkingBlocksAreRead) {
  const Parsed parsed(with_block(R"({"type":"thinking","signature":"s","thinking":"t"})"));
  EXPECT_EQ(first_block<ThinkingBlock>(parsed).thinking, "t");
  EXPECT_EQ(first_block<ThinkingBlock>(parsed).signature, "s");
  const Parsed redacted(with_block(R"({"type":"redacted_thinking","data":"d"})"));
  EXPECT_EQ(first_block<RedactedThinkingBlock>(redacted).data, "d");
}

TEST(Messages, DocumentSources) {
  const auto source = [](std::string_view json) {
    const Parsed parsed(with_block(R"({"type":"document","title":"T","source":)" + std::string(json) + "}"));
    EXPECT_TRUE(parsed.request) << parsed.error();
    return first_block<DocumentBlock>(parsed).source.index();
  };
  EXPECT_EQ(source(R"({"type":"brand_new","data":1})"), 0U);
  EXPECT_EQ(source(R"({"type":"base64","media_type":"application/pdf","data":"AA=="})"), 1U);
  EXPECT_EQ(source(R"({"type":"url","url":"https://x"})"), 2U);
  EXPECT_EQ(source(R"({"type":"file","file_id":"f"})"), 3U);
  EXPECT_EQ(source(R"({"data":"d","type":"text","media_type":"text/plain"})"), 4U);
  EXPECT_EQ(source(R"({"content":[{"type":"text","text":"a"}],"type":"content"})"), 5U);
}

TEST(Messages, UnknownBlocksAreKeptWhole) {
  const std::string block =
      R"({"content": [{"type":"web_search_result","url":1}],"type":"web_search_tool_result"})";
  const Parsed parsed(with_block(block));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(first_block<OtherBlock>(parsed).type, "web_search_tool_result");
  EXPECT_EQ(first_block<OtherBlock>(parsed).json, block);
}

TEST(Messages, SearchResults) {
  const Parsed parsed(with_block(
      R"({"type":"search_result","source":"https://x","title":"T","content":[{"type":"text","text":"a"}]})"));
  ASSERT_TRUE(parsed.request) << parsed.error();
  EXPECT_EQ(first_block<SearchResultBlock>(parsed).source, "https://x");
  EXPECT_EQ(first_block<SearchResultBlock>(parsed).content.size(), 1U);
}

TEST(Messages, LoneSurrogatesBecomeReplacementCharacters) {
  const Parsed parsed(with_block(R"({"type":"text","text":"a\ud83dz"})"));
  EXPECT_EQ(first_block<TextBlock>(parsed).text, "a\uFFFDz");
}

TEST(Messages, SafeguardsOfAnyShape) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([{"type":"dangerous_tool_use","classifier_context":{"v": 1}}])", R"({"v": 1})"},
      {R"([{"classifier_context":{"v":1},"type":"dangerous_tool_use"},{"type":"other"}])", R"({"v":1})"},
      {R"([{"type":"dangerous_tool_use"}])", "{}"},
      {R"([{"type":"dangerous_tool_use","classifier_context":[1]}])", "{}"},
      {R"([{"type":"dangerous_tool_use","classifier_context":null}])", "{}"},
      {R"([{"type":"other","classifier_context":{"v":1}}])", nullptr},
      {R"([{"type":7},null,[],"dangerous_tool_use"])", nullptr},
      {R"({"type":"dangerous_tool_use"})", nullptr},
      {"null", nullptr},
      {"[]", nullptr},
  };
  for (const auto& [json, context] : cases) {
    const Parsed parsed(with_fields(std::string(R"("safeguards":)") + json));
    ASSERT_TRUE(parsed.request) << json << parsed.error();
    EXPECT_EQ(parsed->classifier_context_json.has_value(), context != nullptr) << json;
    if (context != nullptr) EXPECT_EQ(parsed->classifier_context_json.value_or(""), context) << json;
    EXPECT_TRUE(parsed->unknown_fields.empty());
  }
}

}  // namespace
}  // namespace ccp::anthropic
