#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "anthropic/events.h"
#include "openai/chunk.h"
#include "translate/stream.h"
#include "translate/translated_json.h"

/// Text arrives as it was sent, whatever characters it has and however its JSON spells them: both ways.
namespace ccp::translate {
namespace {

using Json = nlohmann::json;

std::string utf8(std::uint32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
  if (c < 0x800) return {static_cast<char>(0xC0U | c >> 6U), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0U | c >> 12U), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | c >> 18U), tail(12), tail(6), tail(0)};
}

/// Every code point, in strings, and mixtures.
const std::vector<std::string>& samples() {
  static const auto all = [] {
    std::vector<std::string> strings(1);
    for (std::uint32_t c = 0; c < 0x110000; ++c) {
      if (c < 0xD800 || c >= 0xE000) strings.back() += utf8(c);
      if (c % 1024 == 1023) strings.emplace_back();
    }
    std::mt19937 random(7);
    for (int i = 0; i < 200; ++i) {
      auto& mixed = strings.emplace_back();
      for (int length = 1 + static_cast<int>(random() % 60); length > 0; --length) {
        const auto c = random() % 4 == 0 ? random() % 0x110000 : random() % 0x100;
        mixed += utf8(c >= 0xD800 && c < 0xE000 ? 0x22 : static_cast<std::uint32_t>(c));
      }
    }
    std::erase(strings, "");
    return strings;
  }();
  return all;
}

/// Both spellings of JSON: characters as they are, and everything beyond ASCII as escapes.
std::vector<std::string> spellings(const std::string& text) {
  const Json json(text);
  return {json.dump(), json.dump(-1, ' ', true)};
}

/// `text` as a JSON string, as this program writes it: with no escape but those that JSON asks for.
std::string plain(const std::string& text) { return Json(text).dump(); }

TEST(Fidelity, FromTheClientToTheProvider) {
  for (const auto& text : samples()) {
    for (const auto& spelling : spellings(text)) {
      const auto input = R"({"a":)" + spelling + "}";
      const auto sent = translated(
          R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":)" + spelling +
          R"(},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"T","input":)" + input +
          R"(}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":)" + spelling +
          "}]}]}");
      ASSERT_TRUE(sent.ok) << sent.json;
      ASSERT_EQ(sent.json,
                R"({"model":"up","messages":[{"role":"user","content":)" + plain(text) +
                    R"(},{"role":"assistant","content":null,"tool_calls":[{"id":"i","type":"function",)" +
                    R"("function":{"name":"T","arguments":)" + plain(input) +
                    R"(}}]},{"role":"tool","tool_call_id":"i","content":)" + plain(text) +
                    R"(}],"max_tokens":100})");
    }
  }
}

TEST(Fidelity, FromTheProviderToTheClient) {
  json::Reader reader;
  for (const auto& sample : samples()) {
    const auto text = "x" + sample;  // white space at the beginning of a block waits for something else
    for (const auto& spelling : spellings(text)) {
      std::string events;
      anthropic::StreamWriter writer(events);
      Stream stream({.message_id = "msg_1", .model = "m"}, writer);
      for (const std::string field :
           {"reasoning_content", "content"}) {  // in one chunk they would be a repetition
        auto body = R"({"choices":[{"delta":{")" + field + R"(":)" + spelling + "}}]}";
        const auto chunk = openai::parse_chunk(reader, body);
        ASSERT_TRUE(chunk) << chunk.error().cause;
        stream.feed(*chunk);
      }
      stream.finish(true);
      for (const auto& [kind, rest] :
           {std::pair<std::string, std::string>{"thinking", R"(,"estimated_tokens":null}})"},
            {"text", "}}"}}) {
        ASSERT_TRUE(events.contains(R"("delta":{"type":")" + kind + R"(_delta",")" + kind + R"(":)" +
                                    plain(text) + rest + "\n"))
            << events;
      }
    }
  }
}

}  // namespace
}  // namespace ccp::translate
