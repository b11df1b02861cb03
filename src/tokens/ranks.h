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
  [[nodiscard]] std::uint32_t find(std::string_view bytes) const {
    return bytes.size() == 2 ? pairs_[pair(bytes)] : find_hashed(bytes);
  }

  [[nodiscard]] std::size_t size() const { return offsets_.size() - 1; }
  /// The bytes of the token of this rank.
  [[nodiscard]] std::string_view token(std::uint32_t rank) const;

 private:
  Ranks();
  [[nodiscard]] std::uint32_t find_hashed(std::string_view bytes) const;
  static std::size_t pair(std::string_view bytes) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8U |
           static_cast<unsigned char>(bytes[1]);
  }

  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t rank = none;
  };
  std::vector<std::uint32_t> offsets_;  ///< of each token's length byte in the data
  std::vector<Slot> slots_;             ///< open addressing, a power of two
  /// Of the tokens of two bytes: merging begins with every pair of a piece.
  std::vector<std::uint32_t> pairs_ = std::vector<std::uint32_t>(std::size_t{1} << 16U, none);
};

}  // namespace ccp::tokens
