#pragma once

#include <optional>

#include "anthropic/messages.h"
#include "openai/chat.h"
#include "translate/profile.h"

namespace ccp::translate {

/// How much the provider is to think, in its own form; nothing when the request leaves that to the provider
/// or the provider takes nothing of the kind. Disabled thinking wins over any effort, an effort over a
/// budget.
std::optional<openai::Reasoning> reasoning(const anthropic::MessagesRequest& request, const Profile& profile,
                                           bool has_tools);

}  // namespace ccp::translate
