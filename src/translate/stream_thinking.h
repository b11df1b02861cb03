#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "openai/reasoning_details.h"
#include "openai/thinking_blocks.h"
#include "translate/thinking_state.h"

namespace ccp::translate {

/// What a stream has thought: the text of the open block, which its signature covers, and the provider's
/// state until a signature carries it.
class StreamThinking {
 public:
  /// Bytes of text that are kept; a longer thought has a signature that nothing will match.
  static constexpr std::size_t limit = ThinkingSeal::limit;

  /// Text as it comes from the provider.
  void text(std::string_view piece);
  /// Text as the client gets it, in the block that is open.
  void shown(std::string_view piece);
  /// A chunk's `reasoning_details`; may be empty.
  void details(std::string_view json);
  /// A chunk's `thinking_blocks`; may be empty.
  void blocks(std::string_view json);
  /// A tool call's `extra_content`; may be empty.
  void call(const std::string& id, const std::string& extra_content_json);
  /// The message's own `extra_content`; may be empty.
  void message(std::string_view extra_content_json);

  [[nodiscard]] bool has_unsent_state() const { return unsent_; }
  /// For the block that ends here: over its text, with the state so far.
  [[nodiscard]] std::string signature(
      const std::function<std::string(std::string_view, const ThinkingState&)>& sign);

  /// Everything since the start.
  [[nodiscard]] Thought thought() const;

 private:
  std::string all_;   ///< every text of the provider
  std::string open_;  ///< the open block's
  openai::ReasoningDetails details_;
  openai::ThinkingBlocks blocks_;
  ThinkingState extra_;  ///< without details and blocks
  bool unsent_ = false;
};

}  // namespace ccp::translate
