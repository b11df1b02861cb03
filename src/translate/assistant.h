#pragma once

#include <string_view>

#include "anthropic/messages.h"
#include "openai/chat.h"
#include "translate/blocks.h"
#include "translate/thinking_state.h"

namespace ccp::translate {

/// Puts one assistant message for the provider together, from the blocks of one or more of the client's.
class AssistantBuilder {
 public:
  AssistantBuilder(const BlockContext& context, ToolNames& names) : context_(context), names_(names) {}

  /// `place` is the block's own, for errors.
  Result<void> add(const anthropic::ContentBlock& block, const Place& place);

  /// No earlier thinking goes back with this message.
  void forget_thinking() { forgets_ = true; }

  /// The message, with the earlier thinking that the provider wants back.
  openai::AssistantMessage take();

 private:
  Result<void> add_other(const anthropic::ContentBlock& block, const Place& place);
  void add_text(std::string_view text);
  void add_call(const anthropic::ToolUseBlock& call);
  void add_thinking(std::string_view text, std::string_view signature);
  void recall();
  void recall_by_text();
  void set_reasoning();
  void set_state();
  void set_thought_signatures();

  const BlockContext& context_;
  ToolNames& names_;
  openai::AssistantMessage message_;
  std::vector<std::string_view> call_ids_;  ///< the client's
  std::string_view last_text_;
  openai::Text reasoning_;
  ThinkingState state_;
  bool forgets_ = false;
};

}  // namespace ccp::translate
