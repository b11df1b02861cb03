#include "memory/document_memo.h"

#include <utility>

#include "base/crypto.h"

namespace ccp::memory {

std::string DocumentMemo::key(std::string_view payload) { return sha256_hex(payload); }

std::optional<std::string> DocumentMemo::text(std::string_view payload) const {
  const auto wanted = key(payload);
  const std::lock_guard lock(mutex_);
  const auto found = texts_.find(wanted);
  return found == texts_.end() ? std::nullopt : std::optional(found->second);
}

bool DocumentMemo::knows(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return texts_.contains(key);
}

void DocumentMemo::keep(const std::string& key, std::string text) {
  const std::lock_guard lock(mutex_);
  const auto size = text.size() + overhead;
  if (size > capacity_ || texts_.contains(key)) return;
  texts_[key] = std::move(text);
  order_.push_back(key);
  bytes_ += size;
  while (bytes_ > capacity_) {
    const auto oldest = texts_.find(order_.front());
    bytes_ -= oldest->second.size() + overhead;
    texts_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace ccp::memory
