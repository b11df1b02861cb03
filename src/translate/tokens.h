#pragma once

#include <cstdint>

#include "anthropic/messages.h"

namespace ccp::translate {

/// An estimate of the prompt's tokens over system, messages, tools and images; never 0. Media count by size
/// class, never by the length of their base64.
std::int64_t estimate_tokens(const anthropic::MessagesRequest& request);

/// A count in the measure of a client that believes in another context window: `tokens` times `factor`,
/// rounded up, so that a prompt never counts 0.
std::int64_t scaled_tokens(std::int64_t tokens, double factor);

}  // namespace ccp::translate
