#pragma once

#include "anthropic/messages.h"
#include "base/result.h"
#include "translate/parts.h"
#include "translate/place.h"
#include "translate/request.h"
#include "translate/thinking_state.h"
#include "translate/warnings.h"

namespace ccp::translate {

/// What the translation of a block depends on beside the block.
struct BlockContext {
  const Profile& profile;
  Warnings& warnings;
  std::vector<std::string_view>& unread;  ///< see Translated
  const Sources& sources;
  bool has_tools = false;  ///< the request brings tools
};

/// Adds one block of a user message, a tool result or a document to `parts`. Nothing is lost silently: what
/// has no equivalent becomes a text or a warning. Fails with the place when a block's data cannot be sent at
/// all.
Result<void> append_block(const anthropic::ContentBlock& block, const Place& place,
                          const BlockContext& context, Parts& parts);

/// Adds `blocks`, which stand in the field `content` of the block at `place`.
Result<void> append_blocks(const std::vector<anthropic::ContentBlock>& blocks, const Place& place,
                           const BlockContext& context, Parts& parts);

/// The text of a system prompt, or of the system message at `message`: its blocks joined by a blank line.
/// Media are dropped with a warning, a system message cannot hold them.
Result<openai::Text> system_text(const std::vector<anthropic::ContentBlock>& blocks, const Place* message,
                                 const BlockContext& context);

/// `text` without the client's attribution line (`x-anthropic-billing-header: …`) if it starts with one: its
/// value changes from request to request and would defeat every prefix cache.
std::string_view without_attribution(std::string_view text);

}  // namespace ccp::translate
