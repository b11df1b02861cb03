#pragma once

#include <vector>

#include "anthropic/messages.h"

namespace ccp::translate {

/// The tools the model may see, in the order to send them. A tool with `defer_loading` is seen once a
/// `tool_reference` or a `tool_addition` in the conversation names it, and not before; `tool_addition` also
/// brings tools with it, and `tool_removal` takes one away until it is added again. The loaded ones come
/// last, in the order they were loaded, so that the prompt before them stays as it was. Where Anthropic's own
/// tool search was to find them, which nobody executes here, all of them are seen. Pointers are into the
/// request.
std::vector<const anthropic::Tool*> visible_tools(const anthropic::MessagesRequest& request);

}  // namespace ccp::translate
