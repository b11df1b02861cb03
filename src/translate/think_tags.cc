#include "translate/think_tags.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace ccp::translate {

namespace {

struct Tag {
  std::string_view opening, closing;
};

constexpr Tag tags[] = {{"<think>", "</think>"},
                        {"<thought>", "</thought>"},
                        {"<reasoning>", "</reasoning>"},
                        {"<seed:think>", "</seed:think>"},
                        {"[think]", "[/think]"}};
constexpr std::size_t max_space = 256;  ///< more white space than this in front of a tag: no tag

/// `text` is `tag` or its beginning, in any case.
bool begins(std::string_view tag, std::string_view text) {
  return text.size() <= tag.size() &&
         std::equal(text.begin(), text.end(), tag.begin(), [](char a, char b) { return lower(a) == b; });
}

bool is(std::string_view tag, std::string_view text) {
  return text.size() == tag.size() && begins(tag, text);
}

bool may_be_tag(std::string_view text) {
  return std::ranges::any_of(
      tags, [&](const Tag& tag) { return begins(tag.opening, text) || begins(tag.closing, text); });
}

/// Where a line of nothing but a closing tag begins, whose opening one stands nowhere before it; npos when
/// there is none.
std::size_t lone_closing_line(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = trimmed(text.substr(at, end - at));
    for (const auto& tag : tags) {
      if (is(tag.closing, line) && text.substr(0, at).find(tag.opening) == std::string_view::npos) return at;
    }
    at = end + 1;
  }
  return std::string_view::npos;
}

}  // namespace

void ThinkTags::feed(std::string_view content, Pieces& pieces) {
  while (!content.empty()) {
    if (std::holds_alternative<Text>(state_)) return text(content, pieces);
    if (auto* at_start = std::get_if<Start>(&state_)) {
      content = start(*at_start, content, pieces);
    } else if (auto* in_thinking = std::get_if<Inside>(&state_)) {
      content = inside(*in_thinking, content, pieces);
    } else {
      content = behind_tag(content);
    }
  }
}

void ThinkTags::text(std::string_view content, Pieces& pieces) {
  if (whole_) {
    kept_ += content;
  } else {
    pieces.text(content);
  }
}

/// Takes white space and a tag; returns what is left for the next state.
std::string_view ThinkTags::start(Start& state, std::string_view content, Pieces& pieces) {
  if (state.tag.empty()) {
    const auto space = std::min(content.find_first_not_of(white_space), content.size());
    state.space.append(content, 0, space);
    content.remove_prefix(space);
  }
  while (state.space.size() <= max_space && !content.empty()) {
    state.tag += content.front();
    if (!may_be_tag(state.tag)) {
      state.tag.pop_back();
      break;
    }
    content.remove_prefix(1);
    for (const auto& tag : tags) {
      if (is(tag.opening, state.tag)) {
        state_ = Inside{tag.closing, {}};
        return content;
      }
      if (is(tag.closing, state.tag)) {
        state_ = BehindTag{};
        return content;
      }
    }
  }
  if (!content.empty() || state.space.size() > max_space) {
    const auto held = std::exchange(state_, Text{});
    text(std::get<Start>(held).space, pieces);
    text(std::get<Start>(held).tag, pieces);
  }
  return content;
}

/// Hands out thinking up to the closing tag; returns what follows the tag.
std::string_view ThinkTags::inside(Inside& state, std::string_view content, Pieces& pieces) {
  std::size_t at = 0;
  std::size_t shown = 0;  // content before this is handed out or held as part of a tag
  while (at < content.size() && state.held.size() < state.closing.size()) {
    if (state.held.empty()) {
      at = std::min(content.find(state.closing.front(), at), content.size());
      pieces.thinking(content.substr(shown, at - shown));
      shown = at;
      if (at == content.size()) return {};
    }
    if (lower(content[at]) == state.closing[state.held.size()]) {
      state.held += content[at];
      shown = ++at;
    } else {
      pieces.thinking(std::exchange(state.held, {}));
    }
  }
  if (state.held.size() == state.closing.size()) state_ = BehindTag{};
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
    text(start->space, pieces);
    text(start->tag, pieces);
  } else if (const auto* inside = std::get_if<Inside>(&held)) {
    pieces.thinking(inside->held);
  }
  whole_ = false;
  const std::string kept = std::exchange(kept_, {});
  const std::string_view all = kept;
  const auto lone = lone_closing_line(all);
  if (lone == std::string_view::npos) return pieces.text(all);
  pieces.thinking(all.substr(0, lone));
  const auto rest =
      std::min(all.find_first_not_of(white_space, std::min(all.find('\n', lone), all.size())), all.size());
  pieces.text(all.substr(rest));
}

void ThinkTags::interrupt(Pieces& pieces) {
  if (whole_) pieces.text(std::exchange(kept_, {}));
  whole_ = false;
  auto* start = std::get_if<Start>(&state_);
  if (start == nullptr || start->tag.empty()) return;
  const auto held = std::exchange(state_, Text{});
  text(std::get<Start>(held).space, pieces);
  text(std::get<Start>(held).tag, pieces);
}

}  // namespace ccp::translate
