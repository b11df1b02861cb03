#include "translate/stream_tool_calls.h"

#include <algorithm>

#include "base/ascii.h"
#include "translate/call_ids.h"

namespace ccp::translate {

namespace {

constexpr std::size_t call_overhead =
    1024;  ///< what a call costs of the budget beside its bytes: bounds their number

char first_letter(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  return first == std::string_view::npos ? '\0' : text[first];
}

bool is_empty_object(std::string_view text) { return trimmed(text) == "{}"; }

/// The fragment has the key of `call` but starts another one: servers that number every call 0, or do not
/// number them at all.
bool begins_another(const ToolCall& call, const openai::ToolCallDelta& delta) {
  const bool new_id = !call.upstream_id.empty() && !delta.id.empty() && call.upstream_id != delta.id;
  if (new_id) return !delta.name.empty() || call.index != delta.index || call.complete();
  if (!call.scan.closed() || call.name.empty() || delta.name.empty()) return false;
  const bool other_name = delta.name != call.name;
  if (first_letter(delta.arguments) == '{')
    return other_name || (call.complete() && delta.arguments != call.arguments);
  const bool other_id = delta.id.empty() || call.upstream_id.empty();
  return other_name && other_id && is_blank(delta.arguments);
}

/// Pieces are appended; a name repeated, or repeated and longer, is not. Once arguments have begun the name
/// stands.
void add_name(ToolCall& call, std::string_view piece) {
  if (!call.name.empty() && !call.arguments.empty()) return;
  if (piece.starts_with(call.name)) {
    call.name = piece;
  } else {
    call.name += piece;
  }
}

}  // namespace

Result<void> Budget::take(std::size_t bytes) {
  if (bytes > limit_ - used_) {
    return upstream_error(ErrorKind::bad_gateway, "the provider sent more than " + std::to_string(limit_) +
                                                      " bytes of tool arguments in one answer");
  }
  used_ += bytes;
  return {};
}

void BracketScan::feed(std::string_view piece) {
  for (const char c : piece) {
    if (in_ == In::escape) {
      in_ = In::string;
    } else if (in_ == In::string) {
      if (c == '\\') in_ = In::escape;
      if (c == '"') in_ = In::structure;
    } else if (c == '"') {
      in_ = In::string;
    } else if (c == '{' || c == '[') {
      ++depth_;
      opened_ = true;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }
}

bool ToolCall::has_no_input() const {
  return sent == 0 && (is_blank(arguments) || is_empty_object(arguments));
}

bool ToolCall::complete() const { return scan.closed() && !has_no_input(); }

std::string_view ToolCall::sendable() const {
  if (sent == 0 && (name.empty() || first_letter(arguments) != '{' || has_no_input())) return {};
  return std::string_view(arguments).substr(sent);
}

std::optional<std::size_t> ToolCalls::find(const openai::ToolCallDelta& delta, std::size_t position) const {
  const auto latest = [this](auto matches) -> std::optional<std::size_t> {
    const auto found = std::find_if(calls_.rbegin(), calls_.rend(), matches);
    if (found == calls_.rend()) return std::nullopt;
    return static_cast<std::size_t>(calls_.rend() - found) - 1;
  };
  if (delta.index) {
    if (const auto call = latest([&](const ToolCall& c) { return c.index == delta.index; })) return call;
  }
  if (!delta.id.empty()) {
    const auto call =
        latest([&](const ToolCall& c) { return c.upstream_id == delta.id && !(c.index && delta.index); });
    if (call || !delta.name.empty()) return call;
    return latest([&](const ToolCall& c) {
      return c.position == position && c.upstream_id.empty() && !(c.index && delta.index);
    });
  }
  if (delta.index && !delta.name.empty()) return std::nullopt;
  const auto there =
      latest([&](const ToolCall& c) { return c.position == position && !(c.index && delta.index); });
  if (there || calls_.empty()) return there;
  // A piece of nothing but arguments, with a number that no call has: it goes on with the unfinished one.
  const bool unfinished =
      delta.index && delta.name.empty() && !calls_.back().name.empty() && !calls_.back().scan.closed();
  return unfinished ? std::optional(calls_.size() - 1) : std::nullopt;
}

Result<std::size_t> ToolCalls::add(const openai::ToolCallDelta& delta, std::size_t position) {
  if (auto result = budget_.take(call_overhead); !result) return std::unexpected(result.error());
  auto& call = calls_.emplace_back();
  call.index = delta.index;
  call.position = position;
  return calls_.size() - 1;
}

Result<std::optional<std::size_t>> ToolCalls::take(const openai::ToolCallDelta& delta, std::size_t position) {
  auto found = find(delta, position);
  if (delta.id.empty() && delta.name.empty() && delta.arguments.empty()) return found;
  if (!found || begins_another(calls_[*found], delta)) {
    const auto added = add(delta, position);
    if (!added) return std::unexpected(added.error());
    found = *added;
  }
  ToolCall& call = calls_[*found];
  if (auto result = budget_.take(delta.name.size() + (call.upstream_id.empty() ? delta.id.size() : 0));
      !result) {
    return std::unexpected(result.error());
  }
  if (call.upstream_id.empty()) call.upstream_id = delta.id;
  if (call.stage == ToolCall::Stage::collecting) add_name(call, delta.name);
  if (auto result = add_arguments(call, delta.arguments); !result) return std::unexpected(result.error());
  return found;
}

Result<void> ToolCalls::add_arguments(ToolCall& call, std::string_view fragment) {
  if (fragment.empty()) return {};
  const bool repeated = call.scan.closed() && fragment == call.arguments;
  if (repeated || (call.scan.closed() && is_blank(fragment))) return {};
  if (call.stage == ToolCall::Stage::stopped) {
    if (is_blank(fragment)) return {};
    return upstream_error(
        ErrorKind::bad_gateway,
        "the provider sent more arguments for the tool call \"" + call.name + "\" after its end", Retry::yes,
        std::string(fragment.substr(0, 256)));
  }
  if (first_letter(call.arguments) == '{' && fragment.starts_with(call.arguments)) {
    fragment.remove_prefix(call.arguments.size());  // everything so far again, and more
  }
  if (auto result = budget_.take(fragment.size()); !result) return result;
  if (call.scan.closed() && call.has_no_input() && first_letter(fragment) == '{') {
    call.arguments.clear();
    call.scan = {};
  }
  call.arguments += fragment;
  call.scan.feed(fragment);
  return {};
}

void ToolCalls::assign_id(std::size_t index) {
  ToolCall& call = calls_[index];
  std::string_view suffix = message_id_;
  if (suffix.starts_with("msg_")) suffix.remove_prefix(4);
  const std::string base = call.upstream_id.empty()
                               ? "toolu_" + std::string(suffix) + "_" + std::to_string(index + 1)
                               : call.upstream_id;
  const auto taken = [this](const std::string& id) {
    return std::any_of(calls_.begin(), calls_.end(), [&](const ToolCall& other) { return other.id == id; });
  };
  std::string id = client_call_id(base);
  for (std::size_t n = 2; taken(id); ++n) id = client_call_id(base + "_" + std::to_string(n));
  call.id = std::move(id);
}

}  // namespace ccp::translate
