#pragma once

#include <vector>

#include "anthropic/messages.h"

namespace ccp::translate {

/// The tools the model may see, in the order to send them. A tool with `defer_loading` is seen once a
/// `tool_reference` in the conversation names it, and not before; the loaded ones come last, in the order
/// they were loaded, so that the prompt before them stays as it was. Where Anthropic's own tool search was to
/// find them, which nobody executes here, all of them are seen.
std::vector<const anthropic::Tool*> visible_tools(const anthropic::MessagesRequest& request);

}  // namespace ccp::translate
