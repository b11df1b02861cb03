#include "openai/thinking_blocks.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ccp::openai {

namespace {

using Json = nlohmann::ordered_json;

constexpr int max_levels = 8;

std::string_view string_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get_ref<const std::string&>()
                                                     : std::string_view();
}

void add_text(const Json& value, std::string& text, int levels) {
  if (value.is_string()) text += value.get_ref<const std::string&>();
  if (levels == 0) return;
  if (value.is_array()) {
    for (const auto& element : value) add_text(element, text, levels - 1);
  }
  if (!value.is_object()) return;
  for (const auto* key : {"thinking", "text", "content", "reasoning", "summary"}) {
    if (const auto found = value.find(key); found != value.end() && !found->is_null())
      return add_text(*found, text, levels - 1);
  }
}

Json signed_block(std::string thinking, std::string_view signature) {
  return {{"type", "thinking"}, {"thinking", std::move(thinking)}, {"signature", signature}};
}

}  // namespace

std::string thinking_blocks_text(std::string_view json) {
  std::string text;
  if (const auto parsed = Json::parse(json, nullptr, false); !parsed.is_discarded())
    add_text(parsed, text, max_levels);
  return text;
}

struct ThinkingBlocks::State {
  Json complete = Json::array();
  std::string open;  ///< text that has no signature yet
  std::size_t bytes = 0;

  bool add(const Json& piece) {
    if (!piece.is_object()) return false;
    if (const auto data = string_at(piece, "data"); !data.empty()) {
      complete.push_back({{"type", "redacted_thinking"}, {"data", data}});
      return true;
    }
    open += string_at(piece, "thinking");
    const auto signature = string_at(piece, "signature");
    if (signature.empty()) return false;
    complete.push_back(signed_block(std::exchange(open, {}), signature));
    return true;
  }
};

ThinkingBlocks::ThinkingBlocks() = default;
ThinkingBlocks::~ThinkingBlocks() = default;
ThinkingBlocks::ThinkingBlocks(ThinkingBlocks&&) noexcept = default;
ThinkingBlocks& ThinkingBlocks::operator=(ThinkingBlocks&&) noexcept = default;

bool ThinkingBlocks::add(std::string_view json) {
  if (state_ == nullptr) state_ = std::make_unique<State>();
  state_->bytes += json.size();
  if (state_->bytes > limit) {
    state_->complete.clear();
    return false;
  }
  const auto list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return false;
  bool complete = false;
  for (const auto& piece : list) complete = state_->add(piece) || complete;
  return complete;
}

std::string ThinkingBlocks::json() const {
  if (state_ == nullptr || state_->complete.empty()) return {};
  return state_->complete.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ccp::openai
