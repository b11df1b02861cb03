#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "anthropic/events.h"
#include "openai/chunk.h"

namespace ccp::translate {

/// Adds up what a stream tells of its tokens, wherever and however often it tells it. Counts are cumulative,
/// so the largest of each is kept: some providers close with zeros.
class UsageTally {
 public:
  void take(const openai::Usage& usage);

  /// The provider's count of the prompt; nullopt while it has said nothing.
  [[nodiscard]] std::optional<std::int64_t> prompt_tokens() const {
    return prompt_ > 0 ? std::optional(prompt_) : std::nullopt;
  }

  /// The provider's count of the answer; nullopt while it has said nothing.
  [[nodiscard]] std::optional<std::int64_t> answer_tokens() const {
    return completion_ > 0 ? std::optional(completion_) : std::nullopt;
  }

  /// Bytes of text, reasoning or arguments that came, for an estimate when the provider counts nothing.
  void produced(std::size_t bytes) { bytes_ += bytes; }

  /// In Anthropic's terms: tokens read from a cache or written to it are not part of `input_tokens`. What the
  /// provider left out (or gave as 0, which no prompt has) is `estimated_input`, or an estimate of the output
  /// that is at least 1.
  [[nodiscard]] anthropic::Usage total(std::int64_t estimated_input) const;

 private:
  std::int64_t prompt_ = 0;
  std::int64_t completion_ = 0;
  std::int64_t cached_ = 0;
  std::int64_t written_ = 0;  ///< to the cache
  std::size_t bytes_ = 0;
};

}  // namespace ccp::translate
