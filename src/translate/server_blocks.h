#pragma once

#include <string>

#include "anthropic/messages.h"
#include "translate/warnings.h"

namespace ccp::translate {

/// What the model reads of a block that Anthropic's servers made (searches, fetched pages, executed code, MCP
/// calls), as they stand in the turns of a session that began there or had a search here; and of a block of
/// an unknown type, which is also warned of. Empty where the block says nothing to a model.
std::string other_text(const anthropic::OtherBlock& block, Warnings& warnings);

}  // namespace ccp::translate
