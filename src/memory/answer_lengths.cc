#include "memory/answer_lengths.h"

#include <algorithm>

namespace ccp::memory {

void AnswerLengths::keep(std::string_view owner, std::int64_t tokens) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_owner_.find(owner); found != by_owner_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
  } else {
    if (entries_.size() >= capacity_) {
      by_owner_.erase(entries_.back().owner);
      entries_.pop_back();
    }
    entries_.push_front({.owner = std::string(owner)});
    by_owner_.emplace(entries_.front().owner, entries_.begin());
  }
  Entry& entry = entries_.front();
  entry.tokens[entry.next] = tokens;
  entry.next = (entry.next + 1) % latest;
}

std::int64_t AnswerLengths::longest(std::string_view owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_owner_.find(owner);
  return found == by_owner_.end() ? 0 : *std::ranges::max_element(found->second->tokens);
}

}  // namespace ccp::memory
