#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ccp::route {

/// How the provider's count of a prompt relates to ours, by model: its tokenizer and its framing of messages
/// and tools are not ours. Learned from the `usage.prompt_tokens` of its answers, the latest ones counting
/// most. Process-wide and thread-safe.
class Calibration {
 public:
  /// A shorter prompt says more about the framing than about the tokenizer.
  static constexpr std::int64_t least_tokens = 256;
  /// What lies beyond is no other tokenizer but nonsense, and is not learned.
  static constexpr double lowest = 1.0 / 3, highest = 3.0;
  /// The share of a new observation.
  static constexpr double weight = 0.25;
  static constexpr std::size_t capacity = 256;

  /// Provider's tokens for one of ours; 1 while nothing is known.
  [[nodiscard]] double factor(std::string_view model) const;

  /// A prompt that we count as `ours` (uncalibrated) the provider counts as `theirs`.
  void learn(std::string_view model, std::int64_t ours, std::int64_t theirs);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, double, std::less<>> factors_;
};

}  // namespace ccp::route
