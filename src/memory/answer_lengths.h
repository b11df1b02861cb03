#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ccp::memory {

/// How long the latest answers of a session were, in the provider's tokens: what its next one will need.
/// Bounded, the longest unused session goes first. Process-wide and thread-safe.
class AnswerLengths {
 public:
  explicit AnswerLengths(std::size_t capacity = 4'096) : capacity_(capacity) {}

  /// `owner` names model and session.
  void keep(std::string_view owner, std::int64_t tokens);
  /// The longest of the session's latest answers; 0 when there was none.
  [[nodiscard]] std::int64_t longest(std::string_view owner) const;

 private:
  /// Of so many answers the longest counts: one that was long once is forgotten when others were short.
  static constexpr std::size_t latest = 4;
  struct Entry {
    std::string owner;
    std::array<std::int64_t, latest> tokens{};
    std::size_t next = 0;
  };

  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;                                                   ///< the last used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_owner_;  ///< views into the entries
};

}  // namespace ccp::memory
