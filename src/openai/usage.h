#pragma once

#include <cstdint>
#include <optional>

#include "openai/read.h"

namespace ccp::openai {

/// `usage`, under any of the names that providers give its figures. Absent counts are nullopt.
struct Usage {
  /// Of the whole prompt, cached tokens included.
  std::optional<std::int64_t> prompt_tokens;
  /// Of the whole answer, reasoning included.
  std::optional<std::int64_t> completion_tokens;
  std::optional<std::int64_t> cached_tokens;       ///< of the prompt, read from a cache
  std::optional<std::int64_t> cache_write_tokens;  ///< of the prompt, written to the cache
};

/// Reads a `usage` into `usage`; what an earlier one said and this one does not say stays. What cannot be
/// read is named in `unreadable`.
Result<void> read_usage(json::Value value, std::optional<Usage>& usage, Unreadable& unreadable);

}  // namespace ccp::openai
