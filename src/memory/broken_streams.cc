#include "memory/broken_streams.h"

#include <algorithm>

namespace ccp::memory {

bool BrokenStreams::note(std::string_view model, How how, Time now) {
  const auto before = what_happened(model, now);
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& entry) { return entry.model == model && entry.how == how; });
  entries_.push_front({.model = std::string(model), .how = how, .when = now});
  if (entries_.size() > capacity_) entries_.pop_back();
  return !before || *before < how;
}

std::optional<BrokenStreams::How> BrokenStreams::what_happened(std::string_view model, Time now) const {
  const std::lock_guard lock(mutex_);
  std::optional<How> worst;
  for (const auto& entry : entries_) {
    if (entry.model == model && now - entry.when < lately) worst = std::max(worst, std::optional(entry.how));
  }
  return worst;
}

}  // namespace ccp::memory
