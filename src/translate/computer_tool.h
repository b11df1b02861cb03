#pragma once

#include <string>
#include <string_view>

#include "anthropic/messages.h"

/// Computer use as a function that the client runs
/// (https://docs.claude.com/en/docs/agents-and-tools/tool-use/computer-use-tool).
namespace ccp::translate {

inline constexpr std::string_view computer_description =
    "Look at and use the screen, the mouse and the keyboard of a computer. Take a screenshot to see what an "
    "action did.";

/// `computer_20241022`, `computer_20250124`, `computer_20251124`; not the toolset.
bool is_computer(const anthropic::Tool& tool);

/// The schema of this version's input, with the size of the display.
std::string computer_schema(const anthropic::Tool& tool);

}  // namespace ccp::translate
