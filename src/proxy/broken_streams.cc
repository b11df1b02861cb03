#include "proxy/broken_streams.h"

#include <algorithm>

namespace ccp::proxy {

void BrokenStreams::note(std::string_view model, How how, Time now) {
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& entry) { return entry.model == model && entry.how == how; });
  entries_.push_front({.model = std::string(model), .how = how, .when = now});
  if (entries_.size() > capacity_) entries_.pop_back();
}

bool BrokenStreams::broke_lately(std::string_view model, Time now) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      entries_, [&](const Entry& entry) { return entry.model == model && now - entry.when < lately; });
}

bool BrokenStreams::lost_call_lately(std::string_view model, Time now) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.model == model && entry.how == How::without_call && now - entry.when < lately;
  });
}

}  // namespace ccp::proxy
