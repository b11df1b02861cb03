#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ccp::translate {

/// A whole number in a text, and the bytes it takes there.
struct Number {
  std::int64_t value;
  std::size_t begin;
  std::size_t end;
};

/// The numbers in a provider's words, which are in lower case: of at most twelve digits, thousands may be
/// grouped by commas. Digits that are part of a model's name, a date, a fraction or an id are none.
std::vector<Number> numbers_in(std::string_view text);

}  // namespace ccp::translate
