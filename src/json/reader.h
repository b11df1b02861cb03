#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

/// The one place where JSON is read. simdjson On-Demand does not validate what it skips, so every value is
/// either read through one of these functions, iterated, or passed to `slice`/`skip`, which validate it
/// whole.
namespace ccp::json {

/// Nesting allowed in any document, in levels.
inline constexpr std::size_t max_depth = 128;

enum class Type : std::uint8_t { object, array, string, number, boolean, null };

class Reader;

/// One JSON value, read exactly once. Valid until its Reader parses again; views handed out by `string` and
/// `slice` too. Errors are `ErrorKind::invalid_request` from the client's side by default; `path` names the
/// place, e.g. `messages.0.content`.
class Value {
 public:
  Value(Reader& reader, simdjson::ondemand::value value) : reader_(&reader), value_(value) {}

  /// The type of the value, by its first character; nothing is consumed.
  [[nodiscard]] Type type();
  [[nodiscard]] bool is_null() { return type() == Type::null; }
  [[nodiscard]] bool is_string() { return type() == Type::string; }

  /// The text of a string, unescaped. Lone surrogates have become U+FFFD.
  Result<std::string_view> string();
  /// A number without fraction that fits (1.0 is accepted as 1).
  Result<std::int64_t> integer();
  Result<double> number();
  /// The bytes of a number as it is written, however large.
  Result<std::string_view> number_text();
  Result<bool> boolean();
  /// The bytes of the value as they stand in the document, validated: a slice to pass through unread.
  Result<std::string_view> slice();
  /// Reads past the value and validates it.
  Result<void> skip();

  /// The string field `key` of this object, looked up before the walk to decide how the object is to be read
  /// (`type` may come last): the bytes between its quotes, escapes not undone, of the first field of that
  /// name. Nothing is consumed when it succeeds; after an error ("field required", "expected a string") the
  /// value must not be read any more.
  Result<std::string_view> peek_string(std::string_view key);

  /// Calls `field(key, value)` for each field in document order; the first error ends the walk. Each value
  /// not consumed by the callback must be skipped by it. Fails when this value is no object.
  Result<void> object(const std::function<Result<void>(std::string_view key, Value value)>& field);
  /// The same for the elements of an array.
  Result<void> array(const std::function<Result<void>(std::size_t index, Value element)>& element);

 private:
  Reader* reader_;
  simdjson::ondemand::value value_;
};

/// A parser with its buffers, for one document at a time. Owned by a worker (or a stream) and reused; not
/// thread-safe.
class Reader {
 public:
  Reader();
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Parses `text` and calls `root` with its only value. `text` is changed in place where it holds lone
  /// surrogate escapes, and must stay alive and untouched while views of it are used. Its capacity is raised
  /// for simdjson's padding.
  Result<void> parse(std::string& text, const std::function<Result<void>(Value root)>& root);

  /// Gives memory back when the last document was larger than `keep` bytes.
  void shrink(std::size_t keep = std::size_t{1} << 20);

 private:
  friend class Value;
  Result<void> validate(std::string_view slice);

  simdjson::ondemand::parser parser_;
  simdjson::dom::parser validator_;
  std::string copy_;
};

/// Replaces every escape of a lone surrogate (`\ud83d` without its partner) by `\ufffd`, in place and of the
/// same length.
void repair_surrogates(char* data, std::size_t size);

/// True when `text` is one JSON object and nothing else.
bool is_object(std::string_view text);

/// A short description of a simdjson error for a client: what is wrong, without the library's own jargon.
std::string describe(simdjson::error_code code);

}  // namespace ccp::json
