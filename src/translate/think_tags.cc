#include "translate/think_tags.h"

#include <algorithm>
#include <utility>

namespace ccp::translate {

namespace {

constexpr std::string_view opening = "<think>";
constexpr std::string_view closing = "</think>";
constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t max_space = 256;  ///< more white space than this in front of a tag: no tag

}  // namespace

void ThinkTags::feed(std::string_view content, Pieces& pieces) {
  while (!content.empty()) {
    if (std::holds_alternative<Text>(state_)) {
      pieces.text(content);
      return;
    }
    if (auto* at_start = std::get_if<Start>(&state_)) {
      content = start(*at_start, content, pieces);
    } else if (auto* in_thinking = std::get_if<Inside>(&state_)) {
      content = inside(*in_thinking, content, pieces);
    } else {
      content = behind_tag(content);
    }
  }
}

/// Takes white space and the opening tag; returns what is left for the next state.
std::string_view ThinkTags::start(Start& state, std::string_view content, Pieces& pieces) {
  if (state.matched == 0) {
    const auto space = std::min(content.find_first_not_of(white_space), content.size());
    state.space.append(content, 0, space);
    content.remove_prefix(space);
    if (state.space.size() > max_space) {
      finish(pieces);
      return content;
    }
  }
  while (!content.empty() && state.matched < opening.size() && content.front() == opening[state.matched]) {
    ++state.matched;
    content.remove_prefix(1);
  }
  if (state.matched == opening.size()) {
    state_ = Inside{};
  } else if (!content.empty()) {
    finish(pieces);
  }
  return content;
}

/// Hands out thinking up to the closing tag; returns what follows the tag.
std::string_view ThinkTags::inside(Inside& state, std::string_view content, Pieces& pieces) {
  std::size_t at = 0;
  std::size_t shown = 0;  // content before this is handed out or part of a tag
  while (at < content.size() && state.matched < closing.size()) {
    if (state.matched == 0) {
      at = std::min(content.find('<', at), content.size());
      pieces.thinking(content.substr(shown, at - shown));
      shown = at;
      if (at == content.size()) return {};
    }
    if (content[at] == closing[state.matched]) {
      ++state.matched;
      shown = ++at;
    } else {
      pieces.thinking(closing.substr(0, state.matched));
      state.matched = 0;
    }
  }
  if (state.matched == closing.size()) state_ = BehindTag{};
  return content.substr(at);
}

std::string_view ThinkTags::behind_tag(std::string_view content) {
  const auto text = content.find_first_not_of(white_space);
  if (text == std::string_view::npos) return {};
  state_ = Text{};
  return content.substr(text);
}

void ThinkTags::finish(Pieces& pieces) {
  const auto held = std::exchange(state_, Text{});
  if (const auto* start = std::get_if<Start>(&held)) {
    pieces.text(start->space);
    pieces.text(opening.substr(0, start->matched));
  } else if (const auto* inside = std::get_if<Inside>(&held)) {
    pieces.thinking(closing.substr(0, inside->matched));
  }
}

void ThinkTags::interrupt(Pieces& pieces) {
  const auto* start = std::get_if<Start>(&state_);
  if (start != nullptr && start->matched > 0) finish(pieces);
}

}  // namespace ccp::translate
