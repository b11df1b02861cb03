#include "translate/stream_usage.h"

#include <algorithm>

namespace ccp::translate {

namespace {

constexpr std::size_t bytes_per_token = 4;

}  // namespace

void UsageTally::take(const openai::Usage& usage) {
  prompt_ = std::max(prompt_, usage.prompt_tokens.value_or(0));
  completion_ = std::max(completion_, usage.completion_tokens.value_or(0));
  cached_ = std::max(cached_, usage.cached_tokens.value_or(0));
  written_ = std::max(written_, usage.cache_write_tokens.value_or(0));
}

anthropic::Usage UsageTally::total(std::int64_t estimated_input) const {
  const auto prompt = prompt_ > 0 ? prompt_ : std::max(estimated_input, std::int64_t{1});
  const auto estimated_output = static_cast<std::int64_t>((bytes_ + bytes_per_token - 1) / bytes_per_token);
  return {.input_tokens = std::max(prompt - cached_ - written_, std::int64_t{0}),
          .output_tokens = completion_ > 0 ? completion_ : std::max(estimated_output, std::int64_t{1}),
          .cache_read_input_tokens = cached_,
          .cache_creation_input_tokens = written_};
}

}  // namespace ccp::translate
