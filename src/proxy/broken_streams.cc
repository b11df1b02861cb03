#include "proxy/broken_streams.h"

#include <algorithm>

namespace ccp::proxy {

void BrokenStreams::note(std::string_view model, Time now) {
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& entry) { return entry.model == model; });
  entries_.push_front({.model = std::string(model), .when = now});
  if (entries_.size() > capacity_) entries_.pop_back();
}

bool BrokenStreams::broke_lately(std::string_view model, Time now) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      entries_, [&](const Entry& entry) { return entry.model == model && now - entry.when < lately; });
}

}  // namespace ccp::proxy
