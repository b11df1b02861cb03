#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// What the tokenizer's rules know of a character: groups of Unicode's general categories.
namespace ccp::tokens {

enum class Class : std::uint8_t {
  other,
  upper,   ///< Lu, Lt
  lower,   ///< Ll
  letter,  ///< Lm, Lo
  mark,    ///< M
  number,  ///< N
  space,   ///< White_Space but for the two below
  line,    ///< CR, LF
};

/// One character of UTF-8 text.
struct Character {
  Class kind;
  std::uint8_t size;  ///< bytes
};

namespace detail {

constexpr std::array<Class, 128> make_ascii() {
  std::array<Class, 128> classes{};
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = Class::upper;
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = Class::lower;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = Class::number;
  for (const unsigned c : {0x20U, 0x09U, 0x0BU, 0x0CU}) classes[c] = Class::space;
  for (const unsigned c : {0x0DU, 0x0AU}) classes[c] = Class::line;
  return classes;
}
inline constexpr auto ascii = make_ascii();

Character beyond_ascii(std::string_view text);

}  // namespace detail

/// The character at the start of `text`, which is not empty. Bytes that are no UTF-8 count as one character
/// each, of the class other.
inline Character character_at(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  return lead < 0x80 ? Character{detail::ascii[lead], 1} : detail::beyond_ascii(text);
}

}  // namespace ccp::tokens
