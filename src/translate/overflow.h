#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "openai/chunk.h"

namespace ccp::translate {

/// When a provider's error says, in whatever words, that the prompt does not fit: the same in the words by
/// which Claude Code recognises it, `prompt is too long: A tokens > B maximum`, with the provider's numbers.
/// Where the provider gives the input, the requested output and the limit, and only their sum is too much, it
/// is ``input length and `max_tokens` exceed context limit: I + M > L``, which the client answers with a
/// smaller `max_tokens`. Without usable numbers: `prompt is too long` and the provider's words. Nullopt for
/// every other error. Rate limits counted in tokens must be told apart before. `counted` is our own count of
/// the prompt, 0 if there is none: where the provider names only a lower bound of the input, I is such that
/// the client's next `max_tokens` comes near.
std::optional<std::string> overflow_message(const openai::ErrorBody& body, std::int64_t counted = 0);

/// The limit that such an error names, in tokens; nullopt where its numbers do not show one that was
/// exceeded.
std::optional<std::int64_t> overflow_limit(const openai::ErrorBody& body);

}  // namespace ccp::translate
