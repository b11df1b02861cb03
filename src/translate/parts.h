#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "openai/chat.h"

namespace ccp::translate {

/// Between two blocks of text that become one.
inline constexpr std::string_view blank_line = "\n\n";

/// Adds `more` to `text` behind a blank line; the first text is taken over without a copy.
inline void join(openai::Text& text, openai::Text more) {
  if (text.view().empty()) {
    text = std::move(more);
  } else if (!more.view().empty()) {
    text.append(blank_line);
    text.append(more.view());
  }
}

/// Adds a text to the end of a message's content, into its last part where that is a text.
inline void append_text(std::vector<openai::ContentPart>& content, openai::Text text) {
  auto* last = content.empty() ? nullptr : std::get_if<openai::TextPart>(&content.back());
  if (last != nullptr && last->breakpoint == openai::Breakpoint::none)
    return join(last->text, std::move(text));
  content.emplace_back(openai::TextPart{std::move(text)});
}

/// The content of a user message while it grows. Neighbouring texts become one part, so that a message of
/// texts alone is written as a plain string: many providers take nothing else.
class Parts {
 public:
  /// An empty text leaves no part.
  void text(openai::Text text) {
    if (!text.view().empty()) append_text(list_, std::move(text));
  }
  void add(openai::ContentPart part) {
    if (auto* own = std::get_if<openai::TextPart>(&part)) return text(std::move(own->text));
    list_.push_back(std::move(part));
  }
  /// A cache breakpoint behind what is here; a medium cannot carry one.
  void mark_breakpoint(openai::Breakpoint breakpoint) {
    auto* last = list_.empty() ? nullptr : std::get_if<openai::TextPart>(&list_.back());
    if (last != nullptr) last->breakpoint = breakpoint;
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::vector<openai::ContentPart> take() { return std::exchange(list_, {}); }

 private:
  std::vector<openai::ContentPart> list_;
};

}  // namespace ccp::translate
