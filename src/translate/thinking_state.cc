#include "translate/thinking_state.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "translate/base64.h"

namespace ccp::translate {

namespace {

using Json = nlohmann::ordered_json;

/// A later version that carries something else gets another name, and drops these.
constexpr std::string_view version = "ccp2.";
constexpr std::size_t tag_bytes = 16;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// What the provider sent as JSON and is none is left out.
void pack(Json& json, const std::string& key, const std::string& text) {
  if (auto value = Json::parse(text, nullptr, false); !value.is_discarded()) json[key] = std::move(value);
}

/// `d`: details, `b`: blocks, `c`: calls, `m`: message, `t`: text. Empty for an empty state.
std::string packed(const ThinkingState& state) {
  auto json = Json::object();
  pack(json, "d", state.details_json);
  pack(json, "b", state.blocks_json);
  for (const auto& [id, content] : state.calls) pack(json["c"], id, content);
  pack(json, "m", state.message_json);
  if (!state.text.empty()) json["t"] = state.text;
  return json.empty() ? std::string() : text_of(json);
}

std::optional<ThinkingState> unpacked(std::string_view payload) {
  ThinkingState state;
  if (payload.empty()) return state;
  const auto json = Json::parse(payload, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  if (json.contains("d")) state.details_json = text_of(json["d"]);
  if (json.contains("b")) state.blocks_json = text_of(json["b"]);
  if (json.contains("m")) state.message_json = text_of(json["m"]);
  if (json.contains("t") && json["t"].is_string()) state.text = json["t"].get<std::string>();
  if (json.contains("c")) {
    for (const auto& [id, content] : json["c"].items()) state.calls[id] = text_of(content);
  }
  return state;
}

}  // namespace

std::string text_key(std::string_view text) { return "text:" + sha256_hex(text); }

void ThinkingState::merge(ThinkingState more) {
  if (!more.details_json.empty()) details_json = std::move(more.details_json);
  if (!more.blocks_json.empty()) blocks_json = std::move(more.blocks_json);
  if (!more.message_json.empty()) message_json = std::move(more.message_json);
  calls.merge(more.calls);
  if (text.empty()) text = std::move(more.text);
}

ThinkingSeal::ThinkingSeal(std::string_view provider_key, std::string_view host)
    : key_(derived_key(provider_key, fmt::format("claude-code-proxy thinking signature 2 {}", host))) {}

/// Each part with its length in front, so that none can pass for the end of another.
std::string ThinkingSeal::tag(std::string_view model, std::string_view text, std::string_view payload) const {
  Hmac hmac(key_);
  for (const auto part : {model, text, payload}) {
    hmac.update(fmt::format("{}:", part.size()));
    hmac.update(part);
  }
  const auto digest = hmac.finish();
  return {reinterpret_cast<const char*>(digest.data()), tag_bytes};
}

std::string ThinkingSeal::sign(std::string_view model, std::string_view text,
                               const ThinkingState& state) const {
  auto payload = packed(state);
  if (payload.size() > limit) payload.clear();
  return std::string(version) + base64::encoded(tag(model, text, payload) + payload);
}

std::optional<ThinkingState> ThinkingSeal::open(std::string_view model, std::string_view text,
                                                std::string_view signature) const {
  if (!signature.starts_with(version) || signature.size() > 2 * limit) return std::nullopt;
  signature.remove_prefix(version.size());
  std::string bytes(signature.size(), '\0');
  bytes.resize(base64::decode_prefix(signature,
                                     std::span(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size())));
  if (bytes.size() < tag_bytes) return std::nullopt;
  const auto payload = std::string_view(bytes).substr(tag_bytes);
  if (!same_bytes(std::string_view(bytes).substr(0, tag_bytes), tag(model, text, payload))) {
    return std::nullopt;
  }
  return unpacked(payload);
}

}  // namespace ccp::translate
