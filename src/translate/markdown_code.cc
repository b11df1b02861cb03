#include "translate/markdown_code.h"

namespace ccp::translate {

namespace {

constexpr std::size_t shortest_fence = 3;

}  // namespace

void MarkdownCode::feed(std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      end_line();
    } else {
      character(c);
    }
  }
}

void MarkdownCode::end_line() {
  const bool is_fence = at_start_ && run_ >= shortest_fence;
  if (is_fence && fence_ == 0) {
    fence_ = run_;
    fence_mark_ = mark_;
  } else if (is_fence && mark_ == fence_mark_ && run_ >= fence_) {
    fence_ = 0;
  }
  at_start_ = true;
  run_ = 0;
  in_span_ = after_tick_ = false;
}

void MarkdownCode::character(char c) {
  if (at_start_ && (c == ' ' || c == '\t' || c == '\r')) return;
  if (at_start_ && (c == '`' || c == '~') && (run_ == 0 || c == mark_)) {
    mark_ = c;
    ++run_;
    return;
  }
  if (at_start_) {
    at_start_ = false;
    if (run_ >= shortest_fence && fence_ == 0) {  // what follows names the language
      fence_ = run_;
      fence_mark_ = mark_;
    } else if (run_ > 0 && mark_ == '`') {
      in_span_ = true;
    }
    run_ = 0;
  }
  if (c == '`' && !after_tick_) in_span_ = !in_span_;
  after_tick_ = c == '`';
}

}  // namespace ccp::translate
