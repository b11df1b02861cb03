#pragma once

#include <string_view>

#include "anthropic/messages.h"

namespace ccp::translate {

/// Whether Claude Code asks here for the check of one action in auto mode: unstreamed, no tools, a system
/// prompt of rules, and an answer that ends at `</block>` or `</severity>`; or, in its second stage, thinking
/// switched off for claude-sonnet-5, which this client asks nothing else of, or the figures of
/// CLAUDE_CODE_AUTO_MODE_MODEL.
bool is_auto_mode_check(const anthropic::MessagesRequest& request);

/// Whether it is such a check and its rules name the form of the verdict, `<block>` or `<severity>`.
bool asks_for_verdict(const anthropic::MessagesRequest& request);

/// Whether an answer to it has a verdict of that form. Claude Code asks ten times in all for an answer that
/// has none (measured with 2.1.332).
bool has_verdict(std::string_view answer);

}  // namespace ccp::translate
