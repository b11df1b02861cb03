#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "anthropic/messages.h"

namespace ccp::translate {

/// How the texts of a prompt are counted. Costs are in quarters of a token, so that estimates add up whole.
class TextCost {
 public:
  static constexpr std::int64_t quarters = 4;

  virtual ~TextCost() = default;
  virtual std::int64_t text(std::string_view text) = 0;
  virtual std::int64_t tool(const anthropic::Tool& tool) = 0;
  /// A document that is no text, as the provider gets it; unless overridden as a file.
  virtual std::int64_t file(const anthropic::Base64Source& source);
  /// Earlier thinking, in a message with calls, in a request with tools: nothing, unless overridden for a
  /// provider that gets it back.
  virtual std::int64_t thinking(const anthropic::ThinkingBlock& block, bool has_calls, bool has_tools);
};

/// The tokens of a file part: by its pages, where they can be told.
std::int64_t file_tokens(std::string_view base64_data);

/// By the kinds of characters: an ASCII character is a quarter of a token, and so on. Quick, and some 15 %
/// wrong.
class EstimatedCost final : public TextCost {
 public:
  std::int64_t text(std::string_view text) override;
  std::int64_t tool(const anthropic::Tool& tool) override;
};

/// The prompt's tokens over system, messages, tools and images; never 0. Images count by their pixels, files
/// by their pages.
std::int64_t prompt_tokens(const anthropic::MessagesRequest& request, TextCost& cost);

/// The same, estimated.
std::int64_t estimate_tokens(const anthropic::MessagesRequest& request);

/// The exact tokens (o200k_base) of a tool as OpenAI's models see it.
std::int64_t tool_tokens(std::string_view name, std::string_view description, std::string_view schema);

/// A count in the measure of a client that believes in another context window: `tokens` times `factor`,
/// rounded up, so that a prompt never counts 0.
std::int64_t scaled_tokens(std::int64_t tokens, double factor);

}  // namespace ccp::translate
