#pragma once

#include <string_view>

#include "anthropic/messages.h"

namespace ccp::translate {

/// The `reasoning_effort` that the request asks for; empty when it leaves that to the provider. Disabled
/// thinking wins over any effort, an effort over a budget.
std::string_view reasoning_effort(const anthropic::MessagesRequest& request);

}  // namespace ccp::translate
