#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace ccp::provider {

/// The context window, in tokens of prompt and answer together, that is published for `model` at `host`;
/// nullopt for what is not in the table.
std::optional<std::int64_t> published_window(std::string_view host, std::string_view model);

/// The context windows of the provider's models: set by the user, learned from the provider, or published.
/// Process-wide and thread-safe.
class Windows {
 public:
  using Clock = std::chrono::steady_clock;

  /// How long a learned window is believed enough to refuse a prompt by it: a local server may have been
  /// started again with a larger one.
  static constexpr std::chrono::minutes trust{10};
  /// Models of which something is kept; beyond it the oldest is forgotten.
  static constexpr std::size_t capacity = 256;

  /// `host`: the provider's. `fixed`: CONTEXT_WINDOW, which counts above all; 0: not set.
  Windows(std::string host, std::int64_t fixed) : host_(std::move(host)), fixed_(fixed) {}

  /// The best that is known of `model`: set, learned, published, in this order.
  [[nodiscard]] std::optional<std::int64_t> known(std::string_view model) const;
  /// The same, for refusing a prompt that cannot fit: a learned one only while it is fresh.
  [[nodiscard]] std::optional<std::int64_t> certain(std::string_view model, Clock::time_point now) const;

  /// Takes what the provider said. Returns whether that was news.
  bool learn(std::string_view model, std::int64_t tokens, Clock::time_point now);

 private:
  struct Learned {
    std::int64_t tokens;
    Clock::time_point when;
  };

  std::string host_;
  std::int64_t fixed_;
  mutable std::mutex mutex_;
  std::map<std::string, Learned, std::less<>> learned_;
};

}  // namespace ccp::provider
