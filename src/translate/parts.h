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

/// The content of a user message while it grows. Neighbouring texts become one part, so that a message of
/// texts alone is written as a plain string: many providers take nothing else.
class Parts {
 public:
  /// An empty text leaves no part.
  void text(openai::Text text) {
    if (text.view().empty()) return;
    if (!list_.empty()) {
      if (auto* last = std::get_if<openai::TextPart>(&list_.back())) return join(last->text, std::move(text));
    }
    list_.emplace_back(openai::TextPart{std::move(text)});
  }
  void add(openai::ContentPart part) {
    if (auto* own = std::get_if<openai::TextPart>(&part)) return text(std::move(own->text));
    list_.push_back(std::move(part));
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::vector<openai::ContentPart> take() { return std::exchange(list_, {}); }

 private:
  std::vector<openai::ContentPart> list_;
};

}  // namespace ccp::translate
