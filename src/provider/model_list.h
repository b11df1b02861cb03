#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "openai/models.h"

namespace ccp::provider {

/// The provider's list of models as it last was. Process-wide and thread-safe.
class ModelList {
 public:
  using Clock = std::chrono::steady_clock;

  /// How long a list is good for. One that could not be had counts for a tenth of that.
  static constexpr std::chrono::seconds lifetime{300};

  /// The list, unless it is too old or was never fetched.
  [[nodiscard]] std::optional<std::vector<openai::Model>> fresh(Clock::time_point now) const {
    const std::lock_guard lock(mutex_);
    if (now >= good_until_) return std::nullopt;
    return models_;
  }

  void keep(std::vector<openai::Model> models, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    models_ = std::move(models);
    good_until_ = now + lifetime;
  }

  /// The provider did not give its list: the old one, if any, is used a little longer.
  void failed(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    good_until_ = now + lifetime / 10;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<openai::Model> models_;
  Clock::time_point good_until_;
};

}  // namespace ccp::provider
