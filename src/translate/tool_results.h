#pragma once

#include <cstddef>
#include <vector>

#include "anthropic/messages.h"

namespace ccp::translate {

/// A tool_result and where it stands.
struct ToolResultAt {
  const anthropic::ToolResultBlock* block = nullptr;  ///< null: the call has no result
  std::size_t message = 0;
  std::size_t index = 0;
};

/// Which result answers which call.
struct ToolPairing {
  std::vector<ToolResultAt> answers;  ///< for each tool_use of an assistant message, in document order
  std::vector<bool>
      used;  ///< for each tool_result outside system messages, in document order: it answers a call
};

/// Pairs results with calls by id. A result answers the first call of its id that has none yet, in the latest
/// turn that used the id before it: some models number their calls anew in every turn. Later duplicates
/// answer nothing.
ToolPairing pair_tool_results(const std::vector<anthropic::Message>& messages);

}  // namespace ccp::translate
