#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>

namespace ccp::proxy {

/// The models whose streams broke lately. A client repeats such a request without streaming, and so must the
/// provider be asked. Bounded, process-wide and thread-safe.
class BrokenStreams {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// As long as a client may repeat the request.
  static constexpr std::chrono::minutes lately{10};

  explicit BrokenStreams(std::size_t capacity = 64) : capacity_(capacity) {}

  enum class How : std::uint8_t {
    broken,        ///< cut, silent or unintelligible
    without_call,  ///< a call was announced and did not come, or garbled: the server loses it in streams
  };

  void note(std::string_view model, How how, Time now);
  [[nodiscard]] bool broke_lately(std::string_view model, Time now) const;
  /// Whether the model's calls get lost in streams, so that nobody should be served by them.
  [[nodiscard]] bool lost_call_lately(std::string_view model, Time now) const;

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

}  // namespace ccp::proxy
