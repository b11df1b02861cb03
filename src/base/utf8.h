#pragma once

#include <cstddef>
#include <string_view>

namespace ccp {

/// The first `size` bytes of UTF-8 text, less where a character would be cut.
inline std::string_view beginning(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace ccp
