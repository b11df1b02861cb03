#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anthropic/messages.h"
#include "json/reader.h"
#include "openai/chat.h"
#include "translate/request.h"

/// For tests: a client's request and what we would send for it.
namespace ccp::translate {

struct TranslatedJson {
  std::string json;  ///< the upstream body, or the error's message
  bool ok = false;
  bool clamped = false;
  std::vector<std::string> warnings;
};

/// Knows the signature `ours`, one tool call whose thinking the client has dropped, and one text with state
/// behind it.
class TestMemory final : public ThinkingMemory {
 public:
  [[nodiscard]] std::optional<ThinkingState> open(std::string_view,
                                                  std::string_view signature) const override {
    if (signature == "ours") return ThinkingState{};
    if (signature == "state") return state();
    if (signature == "omitted") return ThinkingState{.text = "unseen"};
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Thought> before(std::string_view key) const override {
    Thought thought{.text = "recalled", .state = state()};
    if (key == "remembered") return thought;
    if (key != text_key("signed text")) return std::nullopt;
    thought.state.message_json = R"({"google":{"thought_signature":"t"}})";
    return thought;
  }

 private:
  static ThinkingState state() {
    return {.details_json = R"([{"type":"reasoning.encrypted","data":"x"}])",
            .calls = {{"signed", R"({"google":{"thought_signature":"s"}})"}},
            .message_json = {}};
  }
};

inline TranslatedJson translated(std::string body, const Profile& profile = {}, const Limits& limits = {}) {
  json::Reader reader;
  const auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  if (!parsed) return {.json = "parse: " + parsed.error().message};
  const TestMemory memory;
  const auto result = request(*parsed, "up", profile, limits, {.memory = &memory});
  if (!result) return {.json = result.error().message};
  TranslatedJson out{.ok = true, .clamped = result->clamped, .warnings = result->warnings};
  openai::write(result->chat, out.json);
  return out;
}

/// A request with `fields` beside one short user message.
inline std::string with_fields(std::string_view fields) {
  return R"({"model":"claude","max_tokens":200,"messages":[{"role":"user","content":"hi"}],)" +
         std::string(fields) + "}";
}

/// What is sent beside the model and that message.
inline std::string sent_fields(std::string_view fields, const Profile& profile = {},
                               const Limits& limits = {}) {
  auto out = translated(with_fields(fields), profile, limits);
  if (!out.ok) return out.json;
  for (const std::string_view known :
       {R"("model":"up",)", R"("messages":[{"role":"user","content":"hi"}],)"}) {
    const auto at = out.json.find(known);
    if (at != std::string::npos) out.json.erase(at, known.size());
  }
  return out.json;
}

/// The upstream messages for these messages, without the brackets around the list; or the error.
inline std::string sent_messages(std::string_view messages, const Profile& profile = {}) {
  auto out = translated(R"({"model":"claude","max_tokens":200,"messages":[)" + std::string(messages) + "]}",
                        profile);
  if (!out.ok) return out.json;
  constexpr std::string_view before = R"({"model":"up","messages":[)";
  constexpr std::string_view after = R"(],"max_tokens":200})";
  return out.json.substr(before.size(), out.json.size() - before.size() - after.size());
}

/// The upstream content for a user message with these blocks, or the error.
inline std::string sent_content(std::string_view blocks, const Profile& profile = {}) {
  const auto message = sent_messages(R"({"role":"user","content":[)" + std::string(blocks) + "]}", profile);
  constexpr std::string_view before = R"({"role":"user","content":)";
  return message.starts_with(before) ? message.substr(before.size(), message.size() - before.size() - 1)
                                     : message;
}

}  // namespace ccp::translate
