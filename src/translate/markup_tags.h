#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The tags of the models' own markup for tool calls, whatever their spelling: `<tool_call>`,
/// `<minimax:tool_call>`, `<｜DSML｜invoke name="…">`, `<｜tool▁calls▁begin｜>`,
/// `<|tool_calls_section_begin|>`.
namespace ccp::translate {

/// A tag at the beginning of a text.
struct MarkupTag {
  enum class Found : std::uint8_t {
    none,
    incomplete,  ///< the text ends inside it
    whole,
  };
  Found found = Found::none;
  std::string name;      ///< between the angle brackets, in one spelling: no maker's prefix, ASCII bars
  std::size_t size = 0;  ///< in the text, angle brackets included

  [[nodiscard]] bool is(std::string_view tag) const { return found == Found::whole && name == tag; }
};

/// The tag that `text` begins with. Never longer than 256 bytes.
MarkupTag markup_tag(std::string_view text);

/// The value of `key` in a tag's name: `invoke name="Bash"`; with quotes of either kind or none. Empty when
/// there is none.
std::string_view markup_attribute(std::string_view name, std::string_view key);

/// What a text begins with.
enum class MarkupStart : std::uint8_t {
  none,
  maybe,    ///< the text ends before it can be told
  opening,  ///< a tag that begins one call or a block of them
  closing,  ///< a tag that ends one
};

struct MarkupOpening {
  MarkupStart start = MarkupStart::none;
  std::size_t size = 0;           ///< of the tag
  std::string_view closing = {};  ///< the tag that ends what was opened; empty: its JSON does
};

MarkupOpening markup_opening(std::string_view text);

/// A tag that stands around calls and says nothing itself, opening or closing.
bool is_markup_wrapper(std::string_view name);

/// Mistral's token in front of calls.
inline constexpr std::string_view mistral_calls = "[TOOL_CALLS]";

}  // namespace ccp::translate
