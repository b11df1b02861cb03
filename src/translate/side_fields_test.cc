#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "json/reader.h"
#include "openai/chunk.h"
#include "translate/event_recorder.h"
#include "translate/stream.h"

namespace ccp::translate {
namespace {

using Json = nlohmann::ordered_json;

/// Stands in a chunk for the value that is tried, since some of them are beyond what nlohmann can hold.
constexpr std::string_view mark = "\"@@@\"";

constexpr std::array<std::string_view, 18> values = {"null",
                                                     "true",
                                                     "false",
                                                     "0",
                                                     "7",
                                                     "-1",
                                                     "1.5",
                                                     "1e999",
                                                     "123456789012345678901234567890",
                                                     "\"\"",
                                                     "\"x\"",
                                                     "\"7\"",
                                                     "[]",
                                                     "[null,1]",
                                                     "{}",
                                                     R"({"a":[1e999]})",
                                                     R"(["x",{"message":"no"}])",
                                                     R"([[[[[[[[[[{"a":"\\u00e9"}]]]]]]]]]])"};

/// An answer as OpenAI documents it: text, a call in pieces, its end, its usage.
std::vector<Json> answer() {
  std::vector<Json> chunks;
  const auto chunk = [&](const char* delta, const char* finish_reason) {
    chunks.push_back(Json::parse(
        R"({"id":"c","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"f",
            "service_tier":"default","choices":[{"index":0,"logprobs":null,"delta":)" +
        std::string(delta) + R"(,"finish_reason":)" + finish_reason + R"(}],"usage":null})"));
  };
  chunk(R"({"role":"assistant","content":"Hel","refusal":null,"annotations":[]})", "null");
  chunk(R"({"content":"lo"})", "null");
  chunk(R"({"tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"f","arguments":""}}]})",
        "null");
  chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]})", "null");
  chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]})", "null");
  chunk("{}", R"("tool_calls")");
  chunks.push_back(Json::parse(
      R"({"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,
          "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}})"));
  return chunks;
}

/// Places of the answer that carry its content.
bool is_content(const std::string& place) {
  for (const char* end : {"/choices", "/choices/0", "/delta", "/content", "/tool_calls", "/tool_calls/0",
                          "/function", "/function/name", "/function/arguments", "/refusal"}) {
    if (place.ends_with(end)) return true;
  }
  return false;
}

void collect(const Json& value, const std::string& place, std::vector<std::string>& places) {
  if (!place.empty() && !is_content(place)) places.push_back(place);
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) collect(inner, place + "/" + key, places);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) collect(value[i], place + "/" + std::to_string(i), places);
  }
}

/// The text, the calls and the ending of a stream.
std::string outcome(const std::vector<std::string>& chunks) {
  json::Reader reader;
  std::string events;
  anthropic::StreamWriter writer(events);
  Stream stream({.message_id = "msg_1", .model = "m"}, writer);
  for (auto text : chunks) {
    const auto chunk = openai::parse_chunk(reader, text);
    if (!chunk) return chunk.error().cause;
    stream.feed(*chunk);
  }
  stream.finish(true);
  std::string result;
  for (std::size_t at = 0; (at = events.find("data: ", at)) != std::string::npos; at += 6) {
    const auto event = Json::parse(events.substr(at + 6, events.find('\n', at) - at - 6));
    const auto type = event["type"].get<std::string>();
    if (type == "content_block_start") result += "|" + event["content_block"].value("name", "");
    if (type == "content_block_delta") {
      const auto& delta = event["delta"];
      result += delta.value("text", delta.value("partial_json", ""));
    }
    if (type == "message_delta") result += "|" + event["delta"]["stop_reason"].get<std::string>();
    if (type == "error") result += "|error " + event["error"]["message"].get<std::string>();
  }
  return result;
}

std::vector<std::string> texts(const std::vector<Json>& chunks) {
  std::vector<std::string> result;
  for (const auto& chunk : chunks) result.push_back(chunk.dump());
  return result;
}

TEST(SideFields, OfAnyValueCostNothing) {
  const auto chunks = answer();
  const auto expected = outcome(texts(chunks));
  EXPECT_EQ(expected, "|Hello|f{\"a\":1}|tool_use");
  std::size_t tried = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    std::vector<std::string> places;
    collect(chunks[i], "", places);
    for (const auto& place : places) {
      auto changed = chunks;
      changed[i][Json::json_pointer(place)] = "@@@";
      for (const auto value : values) {
        auto all = texts(changed);
        all[i].replace(all[i].find(mark), mark.size(), value);
        EXPECT_EQ(outcome(all), expected) << all[i];
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 1000U);
}

}  // namespace
}  // namespace ccp::translate
