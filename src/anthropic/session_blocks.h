#pragma once

#include "anthropic/messages.h"
#include "base/result.h"
#include "json/reader.h"

/// The blocks that change a session: its tools, and what stands for its beginning.
namespace ccp::anthropic {

/// `tool_addition` or `tool_removal`. `nesting` is that of `read_content`.
Result<void> read_tool_change(json::Value value, ContentBlock& block, int nesting);

/// `compaction`.
Result<void> read_compaction(json::Value value, ContentBlock& block, int nesting);

}  // namespace ccp::anthropic
