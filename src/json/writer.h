#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace ccp::json {

/// Appends `text` with JSON's mandatory escapes (RFC 8259 section 7), without the quotes. `text` is valid
/// UTF-8.
void escape(std::string& out, std::string_view text);

/// Writes compact JSON to the end of a string it does not own. Commas are its business; well-formedness of
/// the nesting is the caller's (checked by assertions in debug builds).
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }

  /// A field's name, given as a literal that needs no escaping.
  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// Bytes that are JSON already, copied as they are.
  Writer& raw(std::string_view json);

  template <std::integral T>
  Writer& integer(T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw({digits, static_cast<std::size_t>(end - digits)});
  }
  /// Shortest form that reads back to the same double. Not for NaN or infinities.
  Writer& number(double value);

  Writer& field(std::string_view name, std::string_view text) { return key(name).string(text); }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  std::string& out_;
  bool first_ = true;
};

}  // namespace ccp::json
