#include <algorithm>
#include <initializer_list>
#include <string>

#include "base/ascii.h"
#include "translate/stream_machine.h"

namespace ccp::translate {

using anthropic::StopReason;

namespace {

using Words = std::initializer_list<std::string_view>;

/// In lower case, with `_` for the other separators.
std::string plain(std::string_view word) {
  std::string out = lower(trimmed(word));
  for (char& c : out) {
    if (c == '-' || c == ' ' || c == '.') c = '_';
  }
  return out;
}

bool one_of(std::string_view word, Words words) { return std::ranges::find(words, word) != words.end(); }

bool begins_with_one_of(std::string_view word, Words words) {
  return std::ranges::any_of(words, [&](std::string_view begin) { return word.starts_with(begin); });
}

/// A figure that somebody chose as a limit of answers, and no window's remainder.
bool is_round(std::int64_t tokens) {
  return tokens % 1000 == 0 || tokens % 512 == 0 || (tokens + 1) % 512 == 0;
}

/// A shorter prompt fills no window.
constexpr std::int64_t least_prompt = 1'000;

/// Windows are whole thousands or multiples of 1,024; a server may stop a few tokens before.
bool is_window(std::int64_t tokens) {
  constexpr std::int64_t slack = 8;
  return (tokens + slack) % 1000 <= slack || (tokens + slack) % 1024 <= slack;
}

}  // namespace

Finish finish_of(std::string_view finish_reason) {
  const auto word = plain(finish_reason);
  if (one_of(word, {"length", "max_tokens", "max_length", "model_length", "max_output_tokens", "token_limit",
                    "length_limit", "max_new_tokens", "max_completion_tokens", "incomplete"}))
    return Finish::length;
  if (one_of(word, {"model_context_window_exceeded", "context_window_exceeded", "context_length_exceeded",
                    "context_length", "context_limit", "max_context_length"}))
    return Finish::window;
  if (one_of(word, {"tool_calls", "tool_call", "tool_use", "function_call", "function_calls"}))
    return Finish::tool_calls;
  // Gemini's endpoint appends its own reason: `content_filter: PROHIBITED_CONTENT`, `function_call_filter:
  // MALFORMED_…`.
  if (begins_with_one_of(word, {"content_filter", "guardrail"}) ||
      one_of(word, {"safety", "sensitive", "refusal", "recitation", "blocklist", "prohibited_content", "spii",
                    "image_safety", "blocked", "moderation", "risk", "model_armor"}))
    return Finish::filtered;
  if (one_of(word, {"insufficient_system_resource", "overloaded", "engine_overloaded"}))  // DeepSeek
    return Finish::overloaded;
  if (begins_with_one_of(word, {"function_call_filter", "malformed_", "error", "abort"}) ||
      word.ends_with("_error") ||
      one_of(word, {"unexpected_tool_call", "cancelled", "canceled", "timeout", "failed", "preempted"}))
    return Finish::failed;
  return Finish::complete;
}

/// `length` although the answer is far shorter than was asked for, and shorter than the prompt: what ended is
/// the room. A provider's own limit of answers is told apart by being a round figure.
bool Stream::Machine::stopped_by_window() const {
  if (finish_ == Finish::window) return true;
  if (finish_ != Finish::length || context_.max_tokens <= 0) return false;
  const auto prompt = tally_.prompt_tokens();
  const auto answer = tally_.answer_tokens();
  if (!prompt || !answer || is_round(*answer)) return false;
  return *prompt >= least_prompt && *answer < context_.max_tokens / 2 && *answer < *prompt;
}

std::optional<std::int64_t> Stream::Machine::shown_window() const {
  if (stop_reason() != StopReason::model_context_window_exceeded) return std::nullopt;
  const auto prompt = tally_.prompt_tokens();
  const auto answer = tally_.answer_tokens();
  if (!prompt || !answer || !is_window(*prompt + *answer)) return std::nullopt;
  return *prompt + *answer;
}

StopReason Stream::Machine::resolve_stop_reason() const {
  if (stopped_by_window()) return StopReason::model_context_window_exceeded;
  if (finish_ == Finish::length) return StopReason::max_tokens;
  if (tool_blocks_ > 0) return StopReason::tool_use;
  if (finish_ == Finish::filtered || refusal_bytes_ > 0) return StopReason::refusal;
  return matched_stop_ ? StopReason::stop_sequence : StopReason::end_turn;
}

}  // namespace ccp::translate
