#pragma once

#include <cstdint>

#include "anthropic/messages.h"

namespace ccp::translate {

/// An estimate of the prompt's tokens over system, messages, tools and images; never 0. Media count by size
/// class, never by the length of their base64.
std::int64_t estimate_tokens(const anthropic::MessagesRequest& request);

}  // namespace ccp::translate
