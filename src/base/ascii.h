#pragma once

#include <algorithm>
#include <string>
#include <string_view>

/// Text in ASCII, whatever the locale.
namespace ccp {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

/// Equal but for the case of letters.
inline bool same_ignoring_case(std::string_view left, std::string_view right) {
  const auto letter = [](char c) { return lower(c); };
  return std::ranges::equal(left, right, {}, letter, letter);
}

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_ascii_alphanumeric(char c) {
  const char letter = lower(c);
  return is_ascii_digit(c) || (letter >= 'a' && letter <= 'z');
}

/// As JSON has it (RFC 8259 section 2).
inline constexpr std::string_view white_space = " \t\r\n";

constexpr bool is_blank(std::string_view text) {
  return text.find_first_not_of(white_space) == std::string_view::npos;
}

/// `text` without the characters of `space` at its ends.
constexpr std::string_view trimmed(std::string_view text, std::string_view space = white_space) {
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// A header's name: a token (RFC 9110 section 5.6.2).
inline bool is_header_name(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() &&
         std::ranges::all_of(text, [&](char c) { return is_ascii_alphanumeric(c) || marks.contains(c); });
}

/// A header's value: visible characters, space, tab and the upper half (RFC 9110 section 5.5).
inline bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

}  // namespace ccp
