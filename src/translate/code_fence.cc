#include "translate/code_fence.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace ccp::translate {

namespace {

constexpr std::string_view fence = "```";
/// `json` or another name of a language behind the opening fence.
constexpr std::size_t longest_opening = 64;

/// Where the text ends that cannot belong to a closing fence: a fence, perhaps not whole yet, and white space
/// around it.
std::size_t end_of_content(std::string_view text) {
  auto end = std::min(text.find_last_not_of(white_space) + 1, text.size());
  while (end > 0 && text[end - 1] == '`') --end;
  return text.substr(0, end).find_last_not_of(white_space) + 1;
}

}  // namespace

std::string_view CodeFence::feed(std::string_view piece) {
  if (state_ == State::plain) return piece;
  held_ += piece;
  return state_ == State::start ? start() : inside();
}

std::string_view CodeFence::start() {
  const auto begin = held_.find_first_not_of(white_space);
  const auto rest = std::string_view(held_).substr(std::min(begin, held_.size()));
  const bool may_be = rest.size() < fence.size() ? fence.starts_with(rest) : rest.starts_with(fence);
  const auto line = rest.find('\n');
  if (may_be && line != std::string_view::npos) {
    held_.erase(0, held_.size() - rest.size() + line + 1);
    state_ = State::inside;
    return inside();
  }
  if (may_be && rest.size() < longest_opening) return {};
  state_ = State::plain;
  out_ = std::exchange(held_, {});
  return out_;
}

std::string_view CodeFence::inside() {
  const auto end = end_of_content(held_);
  out_.assign(held_, 0, end);
  held_.erase(0, end);
  return out_;
}

std::string_view CodeFence::finish() {
  out_ = std::exchange(held_, {});
  if (state_ == State::inside) {
    const auto begin = out_.find_first_not_of(white_space);
    if (begin == std::string::npos || std::string_view(out_).substr(begin).starts_with(fence)) return {};
  }
  return out_;
}

}  // namespace ccp::translate
