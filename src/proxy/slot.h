#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace ccp::proxy {

/// A place among the requests in flight, given back when destroyed.
class Slot {
 public:
  /// An empty slot when `limit` are taken already.
  Slot(std::atomic<std::size_t>& taken, std::size_t limit) : taken_(&taken) {
    if (taken.fetch_add(1) < limit) return;
    taken.fetch_sub(1);
    taken_ = nullptr;
  }
  ~Slot() {
    if (taken_ != nullptr) taken_->fetch_sub(1);
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  explicit operator bool() const { return taken_ != nullptr; }

 private:
  std::atomic<std::size_t>* taken_;
};

/// What a request gets while `limit` others are in flight (MAX_REQUESTS).
Error overloaded(std::int64_t limit);

}  // namespace ccp::proxy
