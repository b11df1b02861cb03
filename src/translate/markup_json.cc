#include <algorithm>
#include <optional>
#include <span>

#include "anthropic/events.h"
#include "base/ascii.h"
#include "json/reader.h"
#include "translate/markup_reader.h"
#include "translate/stream_tool_calls.h"

/// The forms whose arguments are JSON: Hermes and Qwen, Kimi, DeepSeek V3, Mistral, Llama.
namespace ccp::translate {

namespace {

constexpr std::string_view name_keys[] = {"name", "tool", "tool_name", "function"};
constexpr std::string_view input_keys[] = {"arguments", "parameters", "args", "input"};
constexpr std::string_view other_keys[] = {"id", "type", "index"};

bool is_one_of(std::string_view key, std::span<const std::string_view> keys) {
  return std::ranges::find(keys, key) != keys.end();
}

/// The first key of an object that begins here may be one that a call has.
bool may_be_call(std::string_view json) {
  json.remove_prefix(std::min(json.find_first_not_of(" \t\r\n[{"), json.size()));
  if (json.empty()) return true;
  if (json.front() != '"') return false;
  const auto end = json.find('"', 1);
  const auto key = json.substr(1, end == std::string_view::npos ? end : end - 1);
  const auto fits = [&](std::string_view known) {
    return end == std::string_view::npos ? known.starts_with(key) : known == key;
  };
  return std::ranges::any_of(name_keys, fits) || std::ranges::any_of(input_keys, fits) ||
         std::ranges::any_of(other_keys, fits);
}

struct Named {
  std::string name;
  std::string input;
};

Result<void> not_a_call() {
  return std::unexpected(Error{.kind = ErrorKind::invalid_request, .message = "no call"});
}

Result<void> read_input(json::Value value, std::string& input) {
  const auto slice = value.is_string() ? value.string() : value.slice();
  if (!slice) return std::unexpected(slice.error());
  input = *slice == "null" ? "" : *slice;
  return {};
}

Result<void> read_call(json::Value value, Named& call) {
  if (value.type() != json::Type::object) return not_a_call();
  return value.object([&](std::string_view key, json::Value field) -> Result<void> {
    if (is_one_of(key, name_keys)) {
      if (key == "function" && field.type() == json::Type::object) return read_call(field, call);
      const auto name = field.string();
      if (!name) return std::unexpected(name.error());
      call.name = *name;
      return {};
    }
    if (is_one_of(key, input_keys)) return read_input(field, call.input);
    return is_one_of(key, other_keys) ? field.skip() : not_a_call();
  });
}

std::optional<std::vector<Named>> read_calls(std::string_view json) {
  json::Reader reader;
  std::string text(json);
  std::vector<Named> calls;
  const auto read = reader.parse(text, [&](json::Value root) -> Result<void> {
    if (root.type() == json::Type::object) return read_call(root, calls.emplace_back());
    return root.array(
        [&](std::size_t, json::Value element) { return read_call(element, calls.emplace_back()); });
  });
  if (!read || calls.empty()) return std::nullopt;
  return calls;
}

}  // namespace

MarkupReader::Step MarkupReader::take_json(std::string_view& json) {
  BracketScan scan;
  std::size_t at = 0;
  while (at < rest_.size() && !scan.closed()) scan.feed(rest_.substr(at++, 1));
  if (!scan.closed()) return Step::incomplete;
  json = rest_.substr(0, at);
  rest_.remove_prefix(at);
  return Step::done;
}

MarkupReader::Step MarkupReader::json_calls() {
  if (!may_be_call(rest_)) return Step::broken;
  std::string_view json;
  if (const auto step = take_json(json); step != Step::done) return step;
  return json_call(json);
}

MarkupReader::Step MarkupReader::json_call(std::string_view json) {
  const auto named = read_calls(json);
  if (!named) return Step::broken;
  in_tool_call_ = false;
  for (const auto& call : *named) {
    const auto* tool = tools_.find(call.name);
    auto input = anthropic::input_object(call.input);
    if (tool == nullptr || !input || add(*tool, std::move(*input)) != Step::done) return Step::broken;
  }
  return Step::done;
}

/// The call's input as a JSON object.
MarkupReader::Step MarkupReader::arguments(const MarkupTool& tool) {
  std::string_view json;
  if (!rest_.empty() && rest_.front() != '{') return Step::broken;
  if (const auto step = take_json(json); step != Step::done) return step;
  auto input = anthropic::input_object(json);
  return input ? add(tool, std::move(*input)) : Step::broken;
}

/// `[TOOL_CALLS][{…}]`, `[TOOL_CALLS]NAME{…}`, `[TOOL_CALLS]NAME[CALL_ID]ID[ARGS]{…}`.
MarkupReader::Step MarkupReader::mistral_call() {
  rest_.remove_prefix(mistral_calls.size());
  skip_space();
  if (rest_.empty()) return Step::incomplete;
  if (rest_.front() == '[' || rest_.front() == '{') return json_calls();
  const auto end = rest_.find_first_of("[{");
  const auto name = trimmed(rest_.substr(0, end));
  if (end == std::string_view::npos) return tools_.begins_one(name) ? Step::incomplete : Step::broken;
  const auto* tool = tools_.find(name);
  if (tool == nullptr) return Step::broken;
  const auto input = rest_.find('{', end);
  const auto between = rest_.substr(end, input == std::string_view::npos ? input : input - end);
  constexpr std::size_t longest_id = 128;
  if (between.size() > longest_id) return Step::broken;
  if (input == std::string_view::npos) return Step::incomplete;
  const bool known = trimmed(between).empty() || trimmed(between) == "[ARGS]" ||
                     (between.starts_with("[CALL_ID]") && trimmed(between).ends_with("[ARGS]"));
  if (!known) return Step::broken;
  rest_.remove_prefix(input);
  return arguments(*tool);
}

MarkupReader::Step MarkupReader::take_until(std::string_view marks, std::string_view& taken) {
  constexpr std::size_t longest_name = 256;
  const auto end = rest_.find_first_of(marks);
  taken = trimmed(rest_.substr(0, end));
  if (std::min(end, rest_.size()) > longest_name) return Step::broken;
  if (end == std::string_view::npos) return Step::incomplete;
  rest_.remove_prefix(end);
  return Step::done;
}

/// `NAME<｜tool▁sep｜>{…}` or ``function<｜tool▁sep｜>NAME ```json {…} ``` `` (DeepSeek),
/// `functions.NAME:0<|tool_call_argument_begin|>{…}` (Kimi), up to the closing tag.
MarkupReader::Step MarkupReader::piped_call() {
  std::string_view header;
  if (const auto step = take_until("<", header); step != Step::done) return step;
  const auto tag = markup_tag(rest_);
  if (tag.found == MarkupTag::Found::incomplete) return Step::incomplete;
  if (!tag.is("|tool_sep|") && !tag.is("|tool_call_argument_begin|")) return Step::broken;
  rest_.remove_prefix(tag.size);
  skip_space();
  if (rest_.empty()) return Step::incomplete;
  if (const auto step = piped_arguments(header); step != Step::done) return step;
  return expect("|tool_call_end|");
}

MarkupReader::Step MarkupReader::piped_arguments(std::string_view header) {
  if (rest_.front() != '{') {
    if (const auto step = take_until("\n`{", header); step != Step::done) return step;
    skip_space();
  }
  if (header.starts_with("functions.")) header = header.substr(10, header.rfind(':') - 10);
  const auto* tool = tools_.find(header);
  if (tool == nullptr) return Step::broken;
  constexpr std::string_view fence = "```";
  const bool fenced = rest_.starts_with(fence);
  if (fence.starts_with(rest_)) return Step::incomplete;
  if (fenced) {
    rest_.remove_prefix(std::min(rest_.find('{'), rest_.size()));
    if (rest_.empty()) return Step::incomplete;
  }
  if (const auto step = arguments(*tool); step != Step::done) return step;
  skip_space();
  if (!fenced) return Step::done;
  if (rest_.size() < fence.size() && fence.starts_with(rest_)) return at_end_ ? Step::done : Step::incomplete;
  if (!rest_.starts_with(fence)) return Step::broken;
  rest_.remove_prefix(fence.size());
  return Step::done;
}

}  // namespace ccp::translate
