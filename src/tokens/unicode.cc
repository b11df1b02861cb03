#include "tokens/unicode.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace ccp::tokens {

namespace {

using enum Class;

struct Range {
  std::uint32_t first, last;
  Class kind;
};

constexpr Range ranges[] = {
#include "tokens/unicode_ranges.inc"
};

/// Classes by code point in blocks of 256; equal blocks are one.
class Table {
 public:
  Table() {
    std::vector<Class> all(0x110000, other);
    for (const auto& range : ranges)
      std::fill(all.begin() + range.first, all.begin() + range.last + 1, range.kind);
    for (std::size_t block = 0; block < index_.size(); ++block) {
      index_[block] = add(std::span(all).subspan(block * 256, 256));
    }
  }
  [[nodiscard]] Class of(std::uint32_t code_point) const {
    return blocks_[index_[code_point >> 8] * 256 + (code_point & 255U)];
  }

 private:
  std::uint16_t add(std::span<const Class> block) {
    for (std::size_t known = 0; known * 256 < blocks_.size(); ++known) {
      if (std::equal(block.begin(), block.end(),
                     blocks_.begin() + static_cast<std::ptrdiff_t>(known * 256))) {
        return static_cast<std::uint16_t>(known);
      }
    }
    blocks_.insert(blocks_.end(), block.begin(), block.end());
    return static_cast<std::uint16_t>(blocks_.size() / 256 - 1);
  }

  std::array<std::uint16_t, 0x1100> index_{};
  std::vector<Class> blocks_;
};

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

Character detail::beyond_ascii(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  static const Table table;
  const auto size = lead >= 0xF0 ? 4U : lead >= 0xE0 ? 3U : 2U;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {other, 1};
  std::uint32_t code_point = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(text[i])) return {other, 1};
    code_point = code_point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  if (code_point >= 0x110000) return {other, 1};
  return {table.of(code_point), static_cast<std::uint8_t>(size)};
}

}  // namespace ccp::tokens
