#include "tokens/ranks.h"

#include <cstring>

// For each token in the order of ranks: its length in one byte, its bytes.
asm(R"(
  .section .rodata
  .global ccp_o200k_base
  .global ccp_o200k_base_end
ccp_o200k_base:
  .incbin ")" CCP_O200K_BASE R"("
ccp_o200k_base_end:
  .previous
)");
extern "C" const char ccp_o200k_base[];
extern "C" const char ccp_o200k_base_end[];

namespace ccp::tokens {

namespace {

constexpr std::size_t slot_count = std::size_t{1} << 19;

/// Of the token's first bytes, its last ones and its length; tokens are short.
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t head = 0, tail = 0;
  if (bytes.size() >= 8) {
    std::memcpy(&head, bytes.data(), 8);
    std::memcpy(&tail, bytes.data() + bytes.size() - 8, 8);
    for (std::size_t i = 8; i + 8 < bytes.size(); i += 8) {
      std::uint64_t middle = 0;
      std::memcpy(&middle, bytes.data() + i, 8);
      head = (head ^ middle) * 0x9FB21C651E98DF25U;
    }
  } else {
    for (const char c : bytes) head = head << 8U | static_cast<unsigned char>(c);
  }
  auto value = (head ^ (tail * 0xC2B2AE3D27D4EB4FU) ^ bytes.size()) * 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 32U) * 0xD6E8FEB86659FD93U;
  return value ^ value >> 32U;
}

}  // namespace

const Ranks& Ranks::get() {
  static const Ranks ranks;
  return ranks;
}

Ranks::Ranks() : slots_(slot_count) {
  const auto size = static_cast<std::uint32_t>(ccp_o200k_base_end - ccp_o200k_base);
  for (std::uint32_t at = 0; at < size; at += 1U + static_cast<unsigned char>(ccp_o200k_base[at])) {
    offsets_.push_back(at);
  }
  offsets_.push_back(size);
  for (std::uint32_t rank = 0; rank + 1 < offsets_.size(); ++rank) {
    const auto bytes = token(rank);
    if (bytes.size() == 2) pairs_[pair(bytes)] = rank;
    const auto hash = hash_of(bytes);
    auto at = hash & (slot_count - 1);
    while (slots_[at].rank != none) at = (at + 1) & (slot_count - 1);
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32U), rank};
  }
}

std::string_view Ranks::token(std::uint32_t rank) const {
  const auto* entry = ccp_o200k_base + offsets_[rank];
  return {entry + 1, static_cast<unsigned char>(*entry)};
}

std::uint32_t Ranks::find_hashed(std::string_view bytes) const {
  const auto hash = hash_of(bytes);
  for (auto at = hash & (slot_count - 1); slots_[at].rank != none; at = (at + 1) & (slot_count - 1)) {
    if (slots_[at].hash == static_cast<std::uint32_t>(hash >> 32U) && token(slots_[at].rank) == bytes) {
      return slots_[at].rank;
    }
  }
  return none;
}

}  // namespace ccp::tokens
