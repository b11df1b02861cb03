#include "memory/thinking_cache.h"

#include <fmt/format.h>

namespace ccp::memory {

namespace {

/// What an entry costs beside its bytes.
constexpr std::size_t overhead = 256;

std::string key(std::string_view owner, std::string_view id) { return fmt::format("{}\n{}", owner, id); }

std::size_t size_of(const translate::Thought& thought) {
  std::size_t size =
      thought.text.size() + thought.state.details_json.size() + thought.state.message_json.size();
  for (const auto& [id, content] : thought.state.calls) size += id.size() + content.size();
  return size;
}

}  // namespace

void ThinkingCache::keep(std::string_view owner, const std::vector<std::string>& keys,
                         translate::Thought thought) {
  if (thought.empty()) return;
  const auto size = size_of(thought);
  const auto shared = std::make_shared<const translate::Thought>(std::move(thought));
  const std::lock_guard lock(mutex_);
  for (const auto& id : keys) {
    if (id.size() >= shortest_id) put(key(owner, id), shared, size + owner.size() + id.size() + overhead);
  }
}

void ThinkingCache::put(std::string key, const std::shared_ptr<const translate::Thought>& thought,
                        std::size_t bytes) {
  if (bytes > max_bytes_) return;
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    bytes_ -= found->second->bytes;
    entries_.erase(found->second);
    by_key_.erase(found);
  }
  while (bytes_ + bytes > max_bytes_) forget_last();
  entries_.push_front({key, thought, bytes});
  by_key_[std::move(key)] = entries_.begin();
  bytes_ += bytes;
}

void ThinkingCache::forget_last() {
  bytes_ -= entries_.back().bytes;
  by_key_.erase(entries_.back().key);
  entries_.pop_back();
}

std::optional<translate::Thought> ThinkingCache::find(std::string_view owner, std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key(owner, id));
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return *found->second->thought;
}

}  // namespace ccp::memory
