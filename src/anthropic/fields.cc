#include "anthropic/fields.h"

namespace ccp::anthropic {

namespace {

/// Field names in messages are bounded: a client may send a name of any length.
constexpr std::size_t max_name = 64;

template <class T>
Result<void> store(Result<T> value, T& out) {
  if (!value) return std::unexpected(std::move(value).error());
  out = *value;
  return {};
}

Result<void> prefixed(std::string_view segment, Result<void> result) {
  auto& path = result.error().cause;
  path = path.empty() ? std::string(segment) : std::string(segment) + "." + path;
  return result;
}

}  // namespace

std::unexpected<Error> invalid(std::string message) {
  return client_error(ErrorKind::invalid_request, std::move(message));
}

std::unexpected<Error> missing(std::string_view name) {
  auto error = invalid("field required");
  error.error().cause = name;
  return error;
}

Result<void> within(std::string_view name, Result<void> result) {
  if (result) return result;
  return prefixed(name.size() > max_name ? "(long name)" : name, std::move(result));
}

Result<void> within(std::size_t index, Result<void> result) {
  if (result) return result;
  return prefixed(std::to_string(index), std::move(result));
}

Error located(Error error) {
  if (!error.cause.empty()) error.message = error.cause + ": " + error.message;
  error.cause.clear();
  return error;
}

Result<void> read(json::Value value, std::string_view& out) { return store(value.string(), out); }
Result<void> read(json::Value value, std::int64_t& out) { return store(value.integer(), out); }
Result<void> read(json::Value value, double& out) { return store(value.number(), out); }
Result<void> read(json::Value value, bool& out) { return store(value.boolean(), out); }

Result<void> read_object_slice(json::Value value, std::string_view& out) {
  out = {};
  if (value.is_null()) return value.skip();
  if (value.type() != json::Type::object) return invalid("expected an object");
  return store(value.slice(), out);
}

Result<void> read_list_slice(json::Value value, std::string_view& out) {
  out = {};
  if (value.is_null()) return value.skip();
  if (value.type() != json::Type::array) return invalid("expected a list");
  auto read = store(value.slice(), out);
  if (out.find_first_not_of(" \t\r\n", 1) == out.size() - 1) out = {};
  return read;
}

}  // namespace ccp::anthropic
