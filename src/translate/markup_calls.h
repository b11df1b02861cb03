#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translate/markup_values.h"

namespace ccp::translate {

/// A tool call that the model wrote into its text.
struct MarkupCall {
  std::string name;            ///< of a tool of the request
  std::string arguments_json;  ///< an object

  friend bool operator==(const MarkupCall&, const MarkupCall&) = default;
};

/// What a text is that begins with an opening tag, or with bare JSON.
enum class MarkupVerdict : std::uint8_t {
  broken,      ///< no calls, whatever follows
  incomplete,  ///< it may become some
  calls,       ///< nothing but whole calls
};

/// Reads the forms of Hermes and Qwen (`<tool_call>` with JSON), Qwen3-Coder (`<function=…>`), GLM
/// (`<arg_key>`), DeepSeek (V3's tokens, DSML), MiniMax and Anthropic (`<invoke …>`), Kimi, Mistral and
/// Llama. A call of a name that is no tool's, or without input where the tool needs some, is none. `at_end`:
/// nothing follows, so that closing tags may be missing. The calls are added to `calls` when it returns
/// `calls`.
MarkupVerdict read_markup(std::string_view text, const MarkupTools& tools, bool at_end,
                          std::vector<MarkupCall>& calls);

}  // namespace ccp::translate
