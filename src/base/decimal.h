#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ccp {

/// A decimal number of at most 10^9 without sign or exponent, a fraction counted as one: "26.1" → 27. Nothing
/// for anything else.
inline std::optional<std::int64_t> rounded_up(std::string_view text) {
  constexpr std::int64_t largest = 1'000'000'000;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.starts_with('-') || number > largest) return std::nullopt;
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (rest.empty()) return number;
  const bool fraction = rest[0] == '.' && rest.find_first_not_of("0123456789", 1) == std::string_view::npos;
  return fraction ? std::optional(number + 1) : std::nullopt;
}

}  // namespace ccp
