#include "translate/numbers.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/ascii.h"

namespace ccp::translate {

namespace {

constexpr std::size_t most_digits = 12;

bool is_word(char c) { return is_ascii_alphanumeric(c) || c == '_'; }

bool are_digits(std::string_view text) { return std::ranges::all_of(text, is_ascii_digit); }

/// The end of the number at `begin`, thousands separators included.
std::size_t number_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_ascii_digit(text[end])) ++end;
  if (end - begin > 3) return end;
  const auto group = [&] {
    if (end + 4 > text.size() || text[end] != ',' || !are_digits(text.substr(end + 1, 3))) return false;
    return end + 4 == text.size() || !is_ascii_digit(text[end + 4]);
  };
  while (group()) end += 4;
  return end;
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '-' || text[begin - 1] == '.'))
    return false;
  if (end == text.size()) return true;
  if (is_word(text[end])) return false;
  const bool joins = text[end] == '.' || text[end] == '-';
  return !(joins && end + 1 < text.size() && is_word(text[end + 1]));
}

}  // namespace

std::vector<Number> numbers_in(std::string_view text) {
  std::vector<Number> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_ascii_digit(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = number_end(text, at);
    std::string digits(text.substr(at, end - at));
    std::erase(digits, ',');
    if (digits.size() <= most_digits && stands_alone(text, at, end)) {
      std::int64_t value = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
      numbers.push_back({value, at, end});
    }
    at = end;
  }
  return numbers;
}

}  // namespace ccp::translate
