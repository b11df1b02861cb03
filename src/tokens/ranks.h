#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ccp::tokens {

/// o200k_base's tokens by their bytes. The data is OpenAI's published file (MIT licence, see
/// o200k_base.LICENSE.md), compiled in.
class Ranks {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// Built at the first use, which takes some milliseconds; immutable then.
  static const Ranks& get();

  /// The token's rank, or `none`.
  [[nodiscard]] std::uint32_t find(std::string_view bytes) const;

  [[nodiscard]] std::size_t size() const { return offsets_.size() - 1; }
  /// The bytes of the token of this rank.
  [[nodiscard]] std::string_view token(std::uint32_t rank) const;

 private:
  Ranks();

  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t rank = none;
  };
  std::vector<std::uint32_t> offsets_;  ///< of each token's length byte in the data
  std::vector<Slot> slots_;             ///< open addressing, a power of two
};

}  // namespace ccp::tokens
