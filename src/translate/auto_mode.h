#pragma once

#include "anthropic/messages.h"

namespace ccp::translate {

/// Whether Claude Code asks here for the check of one action in auto mode: unstreamed, no tools, a system
/// prompt of rules, and an answer that ends at `</block>` or `</severity>`; or, in its second stage, thinking
/// switched off for claude-sonnet-5, which this client asks nothing else of, or the figures of
/// CLAUDE_CODE_AUTO_MODE_MODEL.
bool is_auto_mode_check(const anthropic::MessagesRequest& request);

}  // namespace ccp::translate
