#include "route/calibration.h"

namespace ccp::route {

double Calibration::factor(std::string_view model) const {
  const std::lock_guard lock(mutex_);
  const auto found = factors_.find(model);
  return found == factors_.end() ? 1.0 : found->second;
}

void Calibration::learn(std::string_view model, std::int64_t ours, std::int64_t theirs) {
  if (ours < least_tokens || theirs <= 0) return;
  const auto seen = static_cast<double>(theirs) / static_cast<double>(ours);
  if (seen < lowest || seen > highest) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = factors_.find(model); found != factors_.end()) {
    found->second += weight * (seen - found->second);
  } else if (factors_.size() < capacity) {
    factors_.emplace(model, seen);
  }
}

}  // namespace ccp::route
