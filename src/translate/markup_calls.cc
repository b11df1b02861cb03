#include "translate/markup_calls.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "translate/markup_reader.h"
#include "translate/stream_tool_calls.h"

namespace ccp::translate {

namespace {

constexpr int most_wrappers = 8;  ///< between two calls

bool is_closing(std::string_view name) { return name.starts_with('/') || name.ends_with("_end|"); }

/// The beginning of a tag that closes something.
bool begins_closing(std::string_view name) {
  constexpr std::string_view piped = "|tool_call";
  return name.starts_with('/') || name.starts_with(piped) || piped.starts_with(name);
}

}  // namespace

MarkupVerdict read_markup(std::string_view text, const MarkupTools& tools, bool at_end,
                          std::vector<MarkupCall>& calls) {
  MarkupReader reader(text, tools, at_end);
  const auto verdict = reader.read();
  if (verdict == MarkupVerdict::calls) std::ranges::move(reader.calls(), std::back_inserter(calls));
  return verdict;
}

MarkupVerdict MarkupReader::read() {
  for (;;) {
    skip_space();
    if (rest_.empty()) return calls_.empty() ? MarkupVerdict::incomplete : MarkupVerdict::calls;
    const auto step = item();
    if (step == Step::broken) return MarkupVerdict::broken;
    if (step == Step::incomplete) return MarkupVerdict::incomplete;
  }
}

MarkupReader::Step MarkupReader::item() {
  if (rest_.front() == '<') return tag();
  if (mistral_calls.starts_with(rest_.substr(0, mistral_calls.size()))) {
    if (rest_.size() < mistral_calls.size() && rest_.size() > 1) return Step::incomplete;
    if (rest_.starts_with(mistral_calls)) return mistral_call();
  }
  if (rest_.front() == '{' || rest_.front() == '[') return json_calls();
  return in_tool_call_ ? glm_call() : Step::broken;
}

MarkupReader::Step MarkupReader::tag() {
  const auto tag = markup_tag(rest_);
  if (tag.found == MarkupTag::Found::none) return Step::broken;
  if (tag.found == MarkupTag::Found::incomplete) {
    const bool cut_closing = at_end_ && !calls_.empty() && begins_closing(tag.name);
    if (cut_closing) rest_ = {};
    return cut_closing ? Step::done : Step::incomplete;
  }
  rest_.remove_prefix(tag.size);
  in_tool_call_ = tag.name == "tool_call";
  if (is_markup_wrapper(tag.name)) return ++wrappers_ > most_wrappers ? Step::broken : Step::done;
  if (tag.name == "|tool_call_begin|") return piped_call();
  if (tag.name.starts_with("invoke ")) return named_call(markup_attribute(tag.name, "name"), "/invoke");
  if (tag.name.starts_with("function="))
    return named_call(trimmed(std::string_view(tag.name).substr(9), " \"'"), "/function");
  if (tag.name.starts_with("function ")) return named_call(markup_attribute(tag.name, "name"), "/function");
  return Step::broken;
}

MarkupReader::Step MarkupReader::named_call(std::string_view name, std::string_view closing) {
  const auto* tool = tools_.find(name);
  if (tool == nullptr) return Step::broken;
  skip_space();
  if (!rest_.starts_with('{')) return parameters(*tool, closing);
  if (const auto step = arguments(*tool); step != Step::done) return step;
  return expect(closing);
}

MarkupReader::Step MarkupReader::parameters(const MarkupTool& tool, std::string_view closing) {
  std::vector<MarkupParameter> all;
  for (;;) {
    skip_space();
    if (rest_.empty()) {
      if (!at_end_ || all.empty()) return Step::incomplete;
      return add(tool, markup_input(tool, all));
    }
    const auto tag = markup_tag(rest_);
    if (tag.found == MarkupTag::Found::none) return Step::broken;
    if (tag.found == MarkupTag::Found::incomplete && at_end_ && !all.empty() && tag.name.starts_with('/')) {
      rest_ = {};
      continue;
    }
    if (tag.found == MarkupTag::Found::incomplete) return Step::incomplete;
    rest_.remove_prefix(tag.size);
    if (tag.name == closing) return add(tool, markup_input(tool, all));
    if (const auto step = parameter(tag, all); step != Step::done) return step;
  }
}

MarkupReader::Step MarkupReader::parameter(const MarkupTag& opening, std::vector<MarkupParameter>& all) {
  MarkupParameter parameter;
  const bool short_form = opening.name.starts_with("parameter=");
  if (short_form) {
    parameter.key = trimmed(std::string_view(opening.name).substr(10), " \"'");
  } else if (opening.name.starts_with("parameter ")) {
    parameter.key = markup_attribute(opening.name, "name");
    const auto text = markup_attribute(opening.name, "string");
    if (text == "true" || text == "false") parameter.is_string = text == "true";
  }
  if (parameter.key.empty()) return Step::broken;
  if (const auto step = take_value("/parameter", parameter.value); step != Step::done) return step;
  if (short_form) {  // Qwen3-Coder's template puts each value on lines of its own
    if (parameter.value.starts_with('\n')) parameter.value.remove_prefix(1);
    if (parameter.value.ends_with('\n')) parameter.value.remove_suffix(1);
  }
  all.push_back(std::move(parameter));
  return Step::done;
}

/// Behind `<tool_call>`: the name, then pairs of keys and values, or JSON.
MarkupReader::Step MarkupReader::glm_call() {
  const auto end = rest_.find_first_of(" \t\r\n<{");
  const auto name = rest_.substr(0, end);
  if (end == std::string_view::npos) return tools_.begins_one(name) ? Step::incomplete : Step::broken;
  const auto* tool = tools_.find(name);
  if (tool == nullptr) return Step::broken;
  rest_.remove_prefix(end);
  in_tool_call_ = false;
  skip_space();
  return rest_.starts_with('{') ? arguments(*tool) : glm_pairs(*tool);
}

MarkupReader::Step MarkupReader::glm_pairs(const MarkupTool& tool) {
  std::vector<MarkupParameter> all;
  for (;;) {
    skip_space();
    if (rest_.empty() && at_end_ && !all.empty()) return add(tool, markup_input(tool, all));
    if (rest_.empty()) return Step::incomplete;
    const auto tag = markup_tag(rest_);
    if (tag.found == MarkupTag::Found::none) return Step::broken;
    if (tag.found == MarkupTag::Found::incomplete) {
      if (!at_end_ || all.empty() || !tag.name.starts_with('/')) return Step::incomplete;
      rest_ = {};
      continue;
    }
    rest_.remove_prefix(tag.size);
    if (tag.name == "/tool_call") return add(tool, markup_input(tool, all));
    std::string_view key;
    std::string_view value;
    if (tag.name != "arg_key") return Step::broken;
    if (const auto step = take_value("/arg_key", key); step != Step::done) return step;
    skip_space();
    if (const auto step = expect("arg_value"); step != Step::done) return step;
    if (const auto step = take_value("/arg_value", value); step != Step::done) return step;
    all.push_back({.key = std::string(trimmed(key)), .value = value, .is_string = std::nullopt});
  }
}

MarkupReader::Step MarkupReader::expect(std::string_view name) {
  skip_space();
  if (rest_.empty()) return at_end_ && is_closing(name) ? Step::done : Step::incomplete;
  const auto tag = markup_tag(rest_);
  if (tag.found == MarkupTag::Found::incomplete) {
    const bool cut_closing = at_end_ && is_closing(name) && name.starts_with(tag.name);
    if (cut_closing) rest_ = {};
    return cut_closing ? Step::done : Step::incomplete;
  }
  if (!tag.is(name)) return Step::broken;
  rest_.remove_prefix(tag.size);
  return Step::done;
}

/// Behind a value comes the next one, or the end of the call; else the tag was part of the value.
bool MarkupReader::element_may_end(std::string_view rest) const {
  rest.remove_prefix(std::min(rest.find_first_not_of(white_space), rest.size()));
  if (rest.empty()) return true;
  const auto tag = markup_tag(rest);
  if (tag.found == MarkupTag::Found::incomplete) return true;
  return tag.name.starts_with("parameter") || tag.name.starts_with("arg_") || tag.name == "/invoke" ||
         tag.name == "/function" || tag.name == "/tool_call";
}

MarkupReader::Step MarkupReader::take_value(std::string_view closing_tag, std::string_view& value) {
  for (std::size_t at = 0;;) {
    at = rest_.find('<', at);
    if (at == std::string_view::npos) return Step::incomplete;
    const auto tag = markup_tag(rest_.substr(at));
    if (tag.is(closing_tag) && element_may_end(rest_.substr(at + tag.size))) {
      value = rest_.substr(0, at);
      rest_.remove_prefix(at + tag.size);
      return Step::done;
    }
    ++at;
  }
}

void MarkupReader::skip_space() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(white_space), rest_.size()));
}

MarkupReader::Step MarkupReader::add(const MarkupTool& tool, std::string arguments_json) {
  if (trimmed(arguments_json) == "{}" && needs_input(tool)) return Step::broken;
  wrappers_ = 0;
  calls_.push_back({tool.name, std::move(arguments_json)});
  return Step::done;
}

}  // namespace ccp::translate
