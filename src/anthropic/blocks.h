#pragma once

#include <vector>

#include "anthropic/messages.h"
#include "base/result.h"
#include "json/reader.h"

namespace ccp::anthropic {

/// Reads `content` as it stands in messages, `system` and tool results: a string, which becomes one
/// TextBlock, or a list of blocks. `nesting` is 0 for a message's own content and counts the blocks around
/// it.
Result<void> read_content(json::Value value, std::vector<ContentBlock>& out, int nesting = 0);

}  // namespace ccp::anthropic
