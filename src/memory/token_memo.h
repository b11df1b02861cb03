#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace ccp::memory {

/// Token counts of texts that were counted before, so that a turn of a conversation pays for its new content
/// only. Bounded; process-wide and thread-safe.
class TokenMemo {
 public:
  static constexpr std::size_t capacity = 1 << 16;

  /// A name for a text, never the text itself. Two texts of one name would be counted alike, which costs no
  /// more than a wrong figure.
  struct Key {
    std::uint64_t hash;
    std::uint64_t size;
    friend bool operator==(const Key&, const Key&) = default;
  };
  static Key key(std::string_view text) { return {std::hash<std::string_view>()(text), text.size()}; }
  /// The same bytes as parts of something else count otherwise.
  static Key combined(Key a, Key b) {
    return {(a.hash ^ (b.hash >> 7U)) * 0x9E3779B97F4A7C15U + b.hash, a.size * 31 + b.size + 1};
  }

  [[nodiscard]] std::optional<std::int64_t> find(Key key) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    return found == counts_.end() ? std::nullopt : std::optional<std::int64_t>(found->second);
  }

  void keep(Key key, std::int64_t tokens) {
    const std::lock_guard lock(mutex_);
    if (counts_.size() >= capacity) counts_.clear();
    counts_[key] = static_cast<std::uint32_t>(tokens);
  }

 private:
  struct Hash {
    std::size_t operator()(const Key& key) const { return key.hash ^ key.size; }
  };
  mutable std::mutex mutex_;
  std::unordered_map<Key, std::uint32_t, Hash> counts_;
};

}  // namespace ccp::memory
