#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/reader.h"

/// Reading the fields of an answer: null counts as absent everywhere, and no type of a value is an error.
namespace ccp::openai {

/// The same result with the place in front of its message.
inline Result<void> at(std::string_view place, Result<void> result) {
  if (!result) result.error().message = std::string(place) + ": " + result.error().message;
  return result;
}

/// A text: a string, or a number, `true` or `false` as it is written. Empty for anything else, which is
/// skipped.
inline Result<std::string_view> scalar_text(json::Value value) {
  const auto type = value.type();
  if (type == json::Type::string) return value.string();
  if (type == json::Type::number) return value.number_text();
  if (type == json::Type::boolean) {
    const auto truth = value.boolean();
    if (!truth) return std::unexpected(truth.error());
    return *truth ? "true" : "false";
  }
  if (auto skipped = value.skip(); !skipped) return std::unexpected(skipped.error());
  return std::string_view();
}

/// The same into `target`, which stays as it is where there is no text.
inline Result<void> read_scalar(json::Value value, std::string_view& target) {
  const auto text = scalar_text(value);
  if (!text) return std::unexpected(text.error());
  if (!text->empty()) target = *text;
  return {};
}

/// A string; everything else leaves `target` as it is.
inline Result<void> read_word(json::Value value, std::string_view& target) {
  return value.is_string() ? read_scalar(value, target) : value.skip();
}

/// Names of fields that could not be read, from the fixed set of those that are looked at.
using Unreadable = std::vector<std::string_view>;

/// A field beside the content that must be a string: what is none is noted under `name`, which must be a
/// literal, and ignored. Null says nothing.
inline Result<void> read_side_word(json::Value value, std::string_view name, std::string_view& target,
                                   Unreadable& unreadable) {
  const auto type = value.type();
  if (type != json::Type::string && type != json::Type::null) unreadable.push_back(name);
  return read_word(value, target);
}

/// The same for a count: a whole number from 0 on, also as a string.
Result<void> read_side_count(json::Value value, std::string_view name, std::optional<std::int64_t>& target,
                             Unreadable& unreadable);

}  // namespace ccp::openai
