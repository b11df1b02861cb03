#pragma once

#include <string_view>
#include <vector>

#include "anthropic/messages.h"
#include "base/result.h"
#include "openai/chat.h"
#include "translate/blocks.h"
#include "translate/request.h"

namespace ccp::translate {

/// Appends the translated messages to `out`: each in its place, tool messages directly behind the assistant
/// message whose calls they answer, one for every call, in the order of the calls. Calls and results that do
/// not match are repaired.
Result<void> append_conversation(const std::vector<anthropic::Message>& messages, const BlockContext& context,
                                 ToolNames& names, std::vector<openai::Message>& out);

}  // namespace ccp::translate
