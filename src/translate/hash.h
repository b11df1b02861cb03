#pragma once

#include <cstdint>
#include <string_view>

namespace ccp::translate {

/// FNV-1a, 64 bits; `salt` gives another value for the same text. The same on every machine, so that names
/// made of it stay the same from turn to turn.
constexpr std::uint64_t hash(std::string_view text, std::uint64_t salt) {
  std::uint64_t value = 0xcbf29ce484222325U ^ salt;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return value;
}

}  // namespace ccp::translate
