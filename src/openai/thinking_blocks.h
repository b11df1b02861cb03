#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

/// The `thinking_blocks` of LiteLLM and Envoy (https://docs.litellm.ai/docs/reasoning_content): Anthropic's
/// own blocks of the types `thinking` and `redacted_thinking` beside the content, which stream in pieces and
/// go back signed.
namespace ccp::openai {

/// The readable text of a list, whatever its parts are.
std::string thinking_blocks_text(std::string_view json);

/// Adds up the pieces of a stream.
class ThinkingBlocks {
 public:
  /// Bytes that are kept; beyond it nothing is, because a cut block is refused.
  static constexpr std::size_t limit = std::size_t{1} << 20;

  ThinkingBlocks();
  ~ThinkingBlocks();
  ThinkingBlocks(ThinkingBlocks&&) noexcept;
  ThinkingBlocks& operator=(ThinkingBlocks&&) noexcept;

  /// Adds the list of one chunk; true when a block is complete by it. What is no list is left out.
  bool add(std::string_view json);
  /// The complete blocks as JSON: those that are signed, or redacted. Empty when there is none, or too much.
  [[nodiscard]] std::string json() const;

 private:
  struct State;
  std::unique_ptr<State> state_;  ///< null until something comes
};

}  // namespace ccp::openai
