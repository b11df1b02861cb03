#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace ccp::memory {

/// The models whose streams broke lately. A client repeats such a request without streaming, and so must the
/// provider be asked. Bounded, process-wide and thread-safe.
class BrokenStreams {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// As long as a client may repeat the request.
  static constexpr std::chrono::minutes lately{10};

  explicit BrokenStreams(std::size_t capacity = 64) : capacity_(capacity) {}

  /// From bad to worse.
  enum class How : std::uint8_t {
    broken,        ///< cut, silent or unintelligible
    without_call,  ///< a call was announced and did not come, or garbled: the server loses it in streams
  };

  /// Returns whether that was not known lately.
  bool note(std::string_view model, How how, Time now);
  /// The worst of what happened lately; nullopt when nothing did.
  [[nodiscard]] std::optional<How> what_happened(std::string_view model, Time now) const;

 private:
  struct Entry {
    std::string model;
    How how;
    Time when;
  };

  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< the latest first
};

}  // namespace ccp::memory
