#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "translate/thinking_state.h"

namespace ccp::memory {

/// What led to which tool call, for clients that do not send thinking back. Bounded, the longest unused goes
/// first. Process-wide and thread-safe.
class ThinkingCache {
 public:
  explicit ThinkingCache(std::size_t max_bytes = std::size_t{16} << 20) : max_bytes_(max_bytes) {}

  /// Keeps `thought` for all `keys` of one answer (`Stream::thought_keys`). `owner` names model and session:
  /// the ids of tool calls are the provider's, and not all of them are unique. Ids too short to be random are
  /// left out.
  void keep(std::string_view owner, const std::vector<std::string>& keys, translate::Thought thought);

  [[nodiscard]] std::optional<translate::Thought> find(std::string_view owner, std::string_view key);

 private:
  static constexpr std::size_t shortest_id = 16;
  struct Entry {
    std::string key;
    std::shared_ptr<const translate::Thought> thought;
    std::size_t bytes;
  };

  void put(std::string key, const std::shared_ptr<const translate::Thought>& thought, std::size_t bytes);
  void forget_last();

  std::size_t max_bytes_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< the last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace ccp::memory
