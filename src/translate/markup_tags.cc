#include "translate/markup_tags.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace ccp::translate {

namespace {

struct Pair {
  std::string_view opening, closing;
};

/// Without a closing tag: the JSON behind it has its own end.
constexpr std::array wrappers = {
    Pair{"tool_call", "/tool_call"},
    Pair{"tool_calls", "/tool_calls"},
    Pair{"tool_use", "/tool_use"},
    Pair{"function_call", "/function_call"},
    Pair{"function_calls", "/function_calls"},
    Pair{"tools", "/tools"},
    Pair{"|tool_calls_begin|", "|tool_calls_end|"},
    Pair{"|tool_calls_section_begin|", "|tool_calls_section_end|"},
    Pair{"|tool_call|", ""},
    Pair{"|python_tag|", ""},
};
/// These begin calls and go on with a name.
constexpr std::array named = {
    Pair{"invoke name=", "/invoke"},
    Pair{"function=", "/function"},
    Pair{"function name=", "/function"},
};
constexpr Pair piped{"|tool_call_begin|", "|tool_call_end|"};

constexpr std::array<std::string_view, 4> prefixes = {"|DSML|", "minimax:", "seed:", "antml:"};
constexpr std::size_t longest = 256;

struct Spelling {
  std::string_view from;
  char to;
};
constexpr std::array spellings = {Spelling{"\xef\xbd\x9c", '|'}, Spelling{"\xe2\x80\x96", '|'},
                                  Spelling{"\xe2\x96\x81", '_'}};

/// Leaves out a character of more than one byte that has only begun.
std::string_view whole_characters(std::string_view text) {
  for (const std::size_t cut : {std::size_t{1}, std::size_t{2}}) {
    if (text.size() < cut) break;
    const auto tail = text.substr(text.size() - cut);
    for (const auto& spelling : spellings) {
      if (spelling.from.starts_with(tail)) return text.substr(0, text.size() - cut);
    }
  }
  return text;
}

/// With one ASCII bar for each kind and number of bars, and no space beside it.
std::string one_spelling(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    char next = text.front();
    std::size_t size = 1;
    for (const auto& spelling : spellings) {
      if (!text.starts_with(spelling.from)) continue;
      next = spelling.to;
      size = spelling.from.size();
    }
    text.remove_prefix(size);
    if (next == '|') {
      while (out.ends_with(' ')) out.pop_back();
      if (out.ends_with('|')) continue;
    }
    if (next == ' ' && out.ends_with('|')) continue;
    out += next;
  }
  return out;
}

std::string canonical(std::string_view inner) {
  std::string name = one_spelling(whole_characters(inner));
  const std::size_t at = name.starts_with('/') ? 1 : 0;
  for (const auto prefix : prefixes) {
    if (std::string_view(name).substr(at).starts_with(prefix)) name.erase(at, prefix.size());
  }
  return name;
}

/// Whether a tag with this beginning may become one of those above.
bool may_become_known(std::string_view begun) {
  while (begun.ends_with(' ')) begun.remove_suffix(1);
  const auto begins = [&](std::string_view tag) { return tag.starts_with(begun); };
  const auto begins_pair = [&](const Pair& pair) { return begins(pair.opening) || begins(pair.closing); };
  if (std::ranges::any_of(wrappers, begins_pair) || std::ranges::any_of(named, begins_pair)) return true;
  if (begins_pair(piped)) return true;
  if (std::ranges::any_of(named, [&](const Pair& pair) { return begun.starts_with(pair.opening); }))
    return true;
  if (begun.starts_with('/')) begun.remove_prefix(1);
  return std::ranges::any_of(prefixes, begins);
}

}  // namespace

MarkupTag markup_tag(std::string_view text) {
  MarkupTag tag;
  if (!text.starts_with('<')) return tag;
  const auto inner = text.substr(1, longest);
  const auto end = inner.find_first_of("<>\n");
  if (end == std::string_view::npos) {
    if (text.size() > longest) return tag;
    tag.found = MarkupTag::Found::incomplete;
    tag.name = canonical(inner);
    return tag;
  }
  if (inner[end] != '>') return tag;
  tag.found = MarkupTag::Found::whole;
  tag.name = canonical(inner.substr(0, end));
  tag.size = end + 2;
  return tag;
}

std::string_view markup_attribute(std::string_view name, std::string_view key) {
  std::size_t at = 0;
  for (;; ++at) {
    at = name.find(key, at);
    if (at == std::string_view::npos) return {};
    const auto behind = at + key.size();
    if (at > 0 && name[at - 1] == ' ' && behind < name.size() && name[behind] == '=') {
      name.remove_prefix(behind + 1);
      break;
    }
  }
  if (name.starts_with('"') || name.starts_with('\'')) {
    const auto end = name.find(name.front(), 1);
    return end == std::string_view::npos ? std::string_view() : name.substr(1, end - 1);
  }
  return name.substr(0, name.find(' '));
}

MarkupOpening markup_opening(std::string_view text) {
  if (text.starts_with('[')) {
    if (text.starts_with(mistral_calls)) return {MarkupStart::opening, mistral_calls.size()};
    return {mistral_calls.starts_with(text) ? MarkupStart::maybe : MarkupStart::none};
  }
  const auto tag = markup_tag(text);
  if (tag.found == MarkupTag::Found::none) return {};
  if (tag.found == MarkupTag::Found::incomplete)
    return {may_become_known(tag.name) ? MarkupStart::maybe : MarkupStart::none};
  if (tag.name == piped.opening) return {MarkupStart::opening, tag.size, piped.closing};
  for (const auto& pair : named) {
    if (tag.name.starts_with(pair.opening)) return {MarkupStart::opening, tag.size, pair.closing};
    if (tag.name == pair.closing) return {MarkupStart::closing, tag.size};
  }
  for (const auto& pair : wrappers) {
    if (tag.name == pair.opening) return {MarkupStart::opening, tag.size, pair.closing};
    if (tag.name == pair.closing) return {MarkupStart::closing, tag.size};
  }
  return {};
}

bool is_markup_wrapper(std::string_view name) {
  return std::ranges::any_of(wrappers,
                             [&](const Pair& pair) { return name == pair.opening || name == pair.closing; });
}

}  // namespace ccp::translate
