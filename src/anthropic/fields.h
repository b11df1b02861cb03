#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "json/reader.h"

/// How a request's fields are read. While an error travels up through the levels of the document,
/// `Error::cause` holds the path from where it is (`0.source.data`); `located` puts it before the message at
/// the end.
namespace ccp::anthropic {

/// An error at the value itself.
std::unexpected<Error> invalid(std::string message);

/// The error for an absent field.
std::unexpected<Error> missing(std::string_view name);

/// Adds one level to the path of an error; a success passes through.
Result<void> within(std::string_view name, Result<void> result);
Result<void> within(std::size_t index, Result<void> result);

/// The same error with its path in the message: `messages.0.role: field required`.
Error located(Error error);

Result<void> read(json::Value value, std::string_view& out);
Result<void> read(json::Value value, std::int64_t& out);
Result<void> read(json::Value value, double& out);
Result<void> read(json::Value value, bool& out);

/// For required fields: presence is checked after the walk.
template <class T>
Result<void> read(json::Value value, std::optional<T>& out) {
  return read(value, out.emplace());
}

/// For optional fields: null counts as absent.
template <class T>
Result<void> read_optional(json::Value value, T& out) {
  out = T{};
  return value.is_null() ? value.skip() : read(value, out);
}

/// An object's bytes as they stand; null counts as absent and leaves `out` empty.
Result<void> read_object_slice(json::Value value, std::string_view& out);
/// The same for a list; an empty one counts as absent.
Result<void> read_list_slice(json::Value value, std::string_view& out);

}  // namespace ccp::anthropic
