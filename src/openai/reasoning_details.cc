#include "openai/reasoning_details.h"

#include <nlohmann/json.hpp>

namespace ccp::openai {

namespace {

using Json = nlohmann::ordered_json;

Json list(std::string_view json) {
  auto parsed = Json::parse(json, nullptr, false);
  return parsed.is_array() ? parsed : Json::array();
}

/// The part that `piece` continues: the last one, when type and index are the same.
bool continues(const Json& part, const Json& piece) {
  return part.value("type", Json()) == piece.value("type", Json()) &&
         part.value("index", Json()) == piece.value("index", Json()) && piece.contains("index");
}

void append(Json& part, const Json& piece) {
  for (const auto& [key, value] : piece.items()) {
    const bool grows = key == "text" || key == "summary" || key == "data";
    if (grows && value.is_string() && part.contains(key) && part[key].is_string()) {
      part[key].get_ref<std::string&>() += value.get_ref<const std::string&>();
    } else if (!value.is_null()) {
      part[key] = value;
    }
  }
}

}  // namespace

std::string details_text(std::string_view json) {
  std::string text;
  for (const auto& part : list(json)) {
    if (!part.is_object()) continue;
    const auto type = part.value("type", Json());
    const auto* field = type == "reasoning.text" ? "text" : type == "reasoning.summary" ? "summary" : "";
    if (const auto found = part.find(field); found != part.end() && found->is_string()) {
      text += found->get<std::string>();
    }
  }
  return text;
}

struct ReasoningDetails::State {
  Json parts = Json::array();
  std::size_t bytes = 0;
};

ReasoningDetails::ReasoningDetails() = default;
ReasoningDetails::~ReasoningDetails() = default;
ReasoningDetails::ReasoningDetails(ReasoningDetails&&) noexcept = default;
ReasoningDetails& ReasoningDetails::operator=(ReasoningDetails&&) noexcept = default;

void ReasoningDetails::add(std::string_view json) {
  if (state_ == nullptr) state_ = std::make_unique<State>();
  state_->bytes += json.size();
  auto& parts = state_->parts;
  if (state_->bytes > limit) return parts.clear();
  for (auto& piece : list(json)) {
    if (!piece.is_object()) continue;
    if (!parts.empty() && continues(parts.back(), piece)) {
      append(parts.back(), piece);
    } else {
      parts.push_back(std::move(piece));
    }
  }
}

std::string ReasoningDetails::json() const {
  if (state_ == nullptr || state_->parts.empty()) return {};
  return state_->parts.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ccp::openai
