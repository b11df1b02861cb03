#include "translate/tool_markup.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"

namespace ccp::translate {

namespace {

/// A block is looked at while it is shorter, to let go early of what is none.
constexpr std::size_t early = 512;
/// Reading for nothing ends here: the rest of the text is taken as it is.
constexpr std::size_t most_work = std::size_t{8} << 20;
constexpr std::size_t longest_gap = 256;

}  // namespace

void ToolMarkup::feed(std::string_view text, Pieces& pieces) {
  held_ += text;
  run(End::open, pieces);
}

void ToolMarkup::finish(bool cut, Pieces& pieces) {
  run(cut ? End::text : End::final, pieces);
  gap_.clear();
  behind_call_ = false;
}

void ToolMarkup::run(End end, Pieces& pieces) {
  for (bool more = true; more && at_ < held_.size();) {
    more = block_ ? block(end, pieces) : plain(end, pieces);
  }
  held_.erase(0, at_);
  at_ = 0;
}

bool ToolMarkup::may_begin(char c) const {
  if (c == '<' || c == '[') return true;
  return c == '{' && tools_->bare_json;
}

/// Hands out text up to where markup may begin.
bool ToolMarkup::plain(End end, Pieces& pieces) {
  if (behind_call_) return behind_call(end, pieces);
  const auto text = rest();
  if (work_ > most_work) {
    say(text.size(), pieces);
    return true;
  }
  const auto next = std::ranges::find_if(text, [this](char c) { return may_begin(c); }) - text.begin();
  if (next > 0) {
    say(static_cast<std::size_t>(next), pieces);
    return true;
  }
  return begin(end, pieces);
}

/// At a character with which markup may begin.
bool ToolMarkup::begin(End end, Pieces& pieces) {
  const auto text = rest();
  auto opening = code_.inside() ? MarkupOpening{} : markup_opening(text);
  if (opening.start == MarkupStart::maybe && end == End::open) return false;
  const bool is_json =
      opening.start == MarkupStart::none && tools_->bare_json && !code_.inside() && code_.line_is_blank();
  if (is_json && text.front() != '<') opening = {MarkupStart::opening, 0};
  if (opening.start == MarkupStart::opening) {
    block_ = Block{.opening = opening, .seen = opening.size};
  } else {
    say(1, pieces);
  }
  return true;
}

/// White space waits for text; closing tags that are left over are dropped.
bool ToolMarkup::behind_call(End end, Pieces& pieces) {
  const auto text = rest();
  const auto space = std::min(text.find_first_not_of(white_space), text.size());
  if (space > 0 && gap_.size() + space <= longest_gap) {
    gap_ += text.substr(0, space);
    at_ += space;
    return true;
  }
  auto opening = space > 0 ? MarkupOpening{} : markup_opening(text);
  if (opening.start == MarkupStart::maybe && end == End::open) return false;
  const bool may_be_json = tools_->bare_json && opening.start == MarkupStart::none;
  if (may_be_json && (text.front() == '{' || text.front() == '[')) opening = {MarkupStart::opening, 0};
  if (opening.start == MarkupStart::closing) {
    at_ += opening.size;
  } else if (opening.start == MarkupStart::opening) {
    block_ = Block{.opening = opening, .seen = opening.size};
  } else {
    say_gap(pieces);
  }
  return true;
}

bool ToolMarkup::block(End end, Pieces& pieces) {
  if (look_for_end(early, pieces)) return true;
  if (!block_->head_is_good) {
    std::vector<MarkupCall> calls;
    const auto head = rest().substr(0, early);
    if (read_markup(head, *tools_, false, calls) == MarkupVerdict::broken) {
      give_up(pieces);
      return true;
    }
    block_->head_is_good = head.size() == early;
  }
  if (look_for_end(limit, pieces)) return true;
  if (rest().size() > limit) {
    give_up(pieces);
    return true;
  }
  if (end == End::open) return false;
  if (end == End::text || !attempt(rest().size(), true, pieces)) give_up(pieces);
  return true;
}

/// Tries each place among the first `window` bytes at which the block may end. True when it is over.
bool ToolMarkup::look_for_end(std::size_t window, Pieces& pieces) {
  auto& seen = block_->seen;
  const auto text = rest().substr(0, window);
  while (seen < text.size()) {
    if (block_->opening.closing.empty()) {
      block_->scan.feed(text.substr(seen++, 1));
      const bool may_end = (text[seen - 1] == '}' || text[seen - 1] == ']') && block_->scan.closed();
      if (may_end && attempt(seen, false, pieces)) return true;
      continue;
    }
    seen = std::min(text.find('<', seen), text.size());
    const auto next = text.substr(seen);
    if (next.size() < 2) return false;
    const bool has_slash = next[1] == '/';
    if (has_slash != block_->opening.closing.starts_with('/')) {
      ++seen;
      continue;
    }
    const auto tag = markup_tag(next);
    if (tag.found == MarkupTag::Found::incomplete) return false;
    seen += std::max<std::size_t>(tag.size, 1);
    if (tag.is(block_->opening.closing) && attempt(seen, false, pieces)) return true;
  }
  return false;
}

/// Reads the first `size` bytes of the block. True when they are calls, or can never become some: then the
/// block is over.
bool ToolMarkup::attempt(std::size_t size, bool at_end, Pieces& pieces) {
  std::vector<MarkupCall> calls;
  const auto verdict = read_markup(rest().substr(0, size), *tools_, at_end, calls);
  if (verdict == MarkupVerdict::calls) {
    at_ += size;
    block_.reset();
    gap_.clear();
    behind_call_ = true;
    for (auto& call : calls) pieces.marked(std::move(call));
    return true;
  }
  work_ += size;
  if (verdict == MarkupVerdict::incomplete && work_ <= most_work) return false;
  give_up(pieces);
  return true;
}

/// The block is text: its first character certainly, what follows is looked at anew.
void ToolMarkup::give_up(Pieces& pieces) {
  if (block_->seen > early) work_ += block_->seen;
  block_.reset();
  say(1, pieces);
}

void ToolMarkup::say_gap(Pieces& pieces) {
  behind_call_ = false;
  code_.feed(gap_);
  if (!gap_.empty()) pieces.plain(gap_);
  gap_.clear();
}

void ToolMarkup::say(std::size_t size, Pieces& pieces) {
  say_gap(pieces);
  const auto text = rest().substr(0, size);
  code_.feed(text);
  pieces.plain(text);
  at_ += size;
}

}  // namespace ccp::translate
