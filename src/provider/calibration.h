#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ccp::provider {

/// The provider's count of a prompt, by ours: so many of its tokens for one of ours (its tokenizer), and so
/// many beside (its framing, a system prompt of its own).
struct CountLine {
  double slope = 1.0;
  double offset = 0.0;

  /// What the provider makes of our count, rounded up; never below 1.
  [[nodiscard]] std::int64_t of(std::int64_t ours) const;
};

/// Whether a provider that counted `theirs` tokens, of a prompt that should have `expected`, read only a part
/// of it: Ollama cuts what does not fit into its window, and says nothing. `window`: the model's, 0 while not
/// known.
[[nodiscard]] bool looks_cut(std::int64_t expected, std::int64_t theirs, std::int64_t window);

/// How the provider's count of a prompt relates to ours, by model. Learned from the `usage.prompt_tokens` of
/// its answers: a line through them, the latest counting most. Short prompts tell of the offset, long ones of
/// the slope; what few of them leave open is kept near 1 and 0, so that no short prompt skews the count of a
/// long one. Process-wide and thread-safe.
class Calibration {
 public:
  /// What lies beyond is no other tokenizer but nonsense, and is not learned.
  static constexpr double lowest = 1.0 / 3, highest = 3.0;
  /// Tokens that a provider may add to a prompt, however short.
  static constexpr std::int64_t most_offset = 2'000;
  /// What the earlier prompts weigh when another comes.
  static constexpr double memory = 0.9;
  static constexpr std::size_t capacity = 256;

  /// Ours unchanged while nothing is known.
  [[nodiscard]] CountLine line(std::string_view model) const;

  /// A prompt that we count as `ours` (uncalibrated) the provider counts as `theirs`.
  void learn(std::string_view model, std::int64_t ours, std::int64_t theirs);

 private:
  /// Weighted sums over the prompts, x ours and y theirs.
  struct Sums {
    double w = 0, x = 0, xx = 0, y = 0, xy = 0;
    void add(double ours, double theirs);
    [[nodiscard]] CountLine line() const;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Sums, std::less<>> models_;
};

}  // namespace ccp::provider
