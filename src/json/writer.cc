#include "json/writer.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace ccp::json {

namespace {

constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> special{};
  for (int c = 0; c < 0x20; ++c) special[static_cast<std::size_t>(c)] = true;
  special['"'] = special['\\'] = true;
  return special;
}
constexpr auto special = make_special();

/// The first character from `at` on that must be escaped, or `end`. Eight bytes at a time: text has few of
/// them.
const char* find_special(const char* at, const char* end) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = ones * 0x80;
  // A byte of the result is high where that byte of `word` is zero (exact for the lowest one, which is all we
  // need).
  const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word & highs; };
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    const auto control = (word - ones * 0x20) & ~word & highs;
    if ((control | zeros(word ^ (ones * '"')) | zeros(word ^ (ones * '\\'))) != 0) break;
  }
  while (at != end && !special[static_cast<unsigned char>(*at)]) ++at;
  return at;
}

void escape_one(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u00";
  out += digits[c >> 4];
  out += digits[c & 15];
}

}  // namespace

void escape(std::string& out, std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  for (;;) {
    const char* stop = find_special(at, end);
    out.append(at, stop);
    if (stop == end) return;
    escape_one(out, static_cast<unsigned char>(*stop));
    at = stop + 1;
  }
}

Writer& Writer::key(std::string_view name) {
  separate();
  out_ += '"';
  out_ += name;
  out_ += "\":";
  first_ = true;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  separate();
  out_ += '"';
  escape(out_, text);
  out_ += '"';
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

Writer& Writer::number(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return raw({digits, static_cast<std::size_t>(end - digits)});
}

Writer& Writer::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

Writer& Writer::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

void Writer::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

}  // namespace ccp::json
