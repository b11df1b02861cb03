#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/reader.h"

/// Reading the fields of an answer: null counts as absent everywhere.
namespace ccp::openai {

/// The same result with the place in front of its message.
inline Result<void> at(std::string_view place, Result<void> result) {
  if (!result) result.error().message = std::string(place) + ": " + result.error().message;
  return result;
}

/// A string; null leaves `target` as it is.
inline Result<void> read_string(json::Value value, std::string_view& target) {
  if (value.is_null()) return value.skip();
  const auto text = value.string();
  if (!text) return std::unexpected(text.error());
  target = *text;
  return {};
}

/// The same for a whole number.
inline Result<void> read_integer(json::Value value, std::optional<std::int64_t>& target) {
  if (value.is_null()) return value.skip();
  const auto number = value.integer();
  if (!number) return std::unexpected(number.error());
  target = *number;
  return {};
}

}  // namespace ccp::openai
