#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "openai/chunk.h"

namespace ccp::openai {

/// Collects what an error object says, whichever of the known shapes it has. `read` may be called for nested
/// objects too; the first message found counts.
class ErrorFields {
 public:
  /// Reads an error given as an object, a list (its first element) or a string. Fails only where the JSON is
  /// malformed.
  Result<void> read(json::Value value);

  /// The result, shortened and made valid UTF-8.
  [[nodiscard]] ErrorBody take();

 private:
  Result<void> field(std::string_view key, json::Value value);
  Result<void> metadata(json::Value value);
  Result<void> details(json::Value value);
  Result<void> headers(json::Value value);

  ErrorBody body_;
  std::string failed_generation_;  ///< what the model wrote, where that was the trouble
  std::string upstream_words_;
  std::optional<std::int64_t> prompt_tokens_;
  std::optional<std::int64_t> context_tokens_;
};

/// `text` without surrounding white space, at most `max_error_message` bytes, cut between characters, valid
/// UTF-8.
std::string shortened(std::string_view text);

/// Text that is no JSON as an error: plain words, a quoted string, or the title of a web page.
ErrorBody words(std::string_view text);

/// Whether `text` is what providers send only to keep a connection alive: `null`, an empty string or list, a
/// number, or a word like `ping`, `keep-alive` or `[HEARTBEAT]`.
bool says_nothing(std::string_view text);

}  // namespace ccp::openai
