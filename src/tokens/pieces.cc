#include "tokens/pieces.h"

#include "tokens/unicode.h"

namespace ccp::tokens {

namespace {

using enum Class;

constexpr unsigned bit(Class kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned upper_set = bit(upper) | bit(letter) | bit(mark);
constexpr unsigned lower_set = bit(lower) | bit(letter) | bit(mark);
constexpr unsigned letters = bit(upper) | bit(lower) | bit(letter);
constexpr unsigned spaces = bit(space) | bit(line);
constexpr unsigned symbols = bit(other) | bit(mark);

constexpr bool in(Class kind, unsigned set) { return (bit(kind) & set) != 0; }

/// Where the run of characters of `set` from `at` ends.
std::size_t run(std::string_view text, std::size_t at, unsigned set) {
  while (at < text.size()) {
    const auto next = character_at(text.substr(at));
    if (!in(next.kind, set)) break;
    at += next.size;
  }
  return at;
}

/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`; U+017F is an s in either case.
std::size_t contraction(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || text[at] != '\'') return at;
  const auto letter_at = [&](std::size_t i) {
    return i < text.size() ? static_cast<char>(text[i] | 0x20) : '\0';
  };
  const char first = letter_at(at + 1);
  const char second = letter_at(at + 2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l')) {
    return at + 3;
  }
  return text.substr(at + 1).starts_with("\xC5\xBF") ? at + 3 : at;
}

/// `[upper_set]*[lower_set]+` from `at`; `at` itself where it does not match.
std::size_t word_in_lower(std::string_view text, std::size_t at) {
  std::size_t last_common = at;  // behind the last character of both sets: the run may end there
  std::size_t end = at;
  while (end < text.size()) {
    const auto next = character_at(text.substr(end));
    if (!in(next.kind, upper_set)) {
      if (next.kind == lower) return run(text, end, lower_set);
      break;
    }
    end += next.size;
    if (next.kind != upper) last_common = end;
  }
  return last_common;
}

/// `[upper_set]+[lower_set]*`, which is only tried where the above does not match.
std::size_t word_in_upper(std::string_view text, std::size_t at) {
  const auto end = run(text, at, upper_set);
  return end == at ? at : run(text, end, lower_set);
}

/// Both alternatives for words; 0 where none matches.
std::size_t word(std::string_view text, Character first) {
  const bool may_lead = !in(first.kind, letters | bit(number) | bit(line));
  for (const auto match : {word_in_lower, word_in_upper}) {
    if (may_lead) {
      if (const auto end = match(text, first.size); end > first.size) return contraction(text, end);
    }
    if (const auto end = match(text, 0); end > 0) return contraction(text, end);
  }
  return 0;
}

std::size_t digits(std::string_view text) {
  std::size_t end = 0;
  for (int count = 0; count < 3 && end < text.size(); ++count) {
    const auto next = character_at(text.substr(end));
    if (next.kind != number) break;
    end += next.size;
  }
  return end;
}

/// ` ?[^\s\p{L}\p{N}]+[\r\n/]*`; 0 where it does not match.
std::size_t punctuation(std::string_view text) {
  const std::size_t start = text[0] == ' ' ? 1 : 0;
  auto end = run(text, start, symbols);
  if (end == start) return 0;
  while (end < text.size() && (text[end] == '\r' || text[end] == '\n' || text[end] == '/')) ++end;
  return end;
}

/// `\s*[\r\n]+|\s+(?!\S)|\s+`.
std::size_t white_space(std::string_view text) {
  std::size_t end = 0, behind_line = 0, last = 0;
  while (end < text.size()) {
    const auto next = character_at(text.substr(end));
    if (!in(next.kind, spaces)) break;
    last = end;
    end += next.size;
    if (next.kind == line) behind_line = end;
  }
  if (behind_line > 0) return behind_line;
  return end == text.size() || last == 0 ? end : last;
}

}  // namespace

std::size_t next_piece(std::string_view text) {
  const auto first = character_at(text);
  if (const auto end = word(text, first); end > 0) return end;
  if (first.kind == number) return digits(text);
  if (const auto end = punctuation(text); end > 0) return end;
  return white_space(text);
}

}  // namespace ccp::tokens
