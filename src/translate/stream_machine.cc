#include "translate/stream_machine.h"

#include <algorithm>

#include "translate/errors.h"
#include "translate/tokens.h"

namespace ccp::translate {

using anthropic::StopReason;

Stream::Machine::Machine(StreamContext context, anthropic::EventSink& sink)
    : context_(std::move(context)),
      sink_(sink),
      tags_(context_.lenient_arguments),
      budget_(context_.max_waiting_arguments),
      calls_(context_.message_id, budget_) {
  if (context_.started) state_ = Between{};
  if (context_.text_calls) markup_.emplace(context_.text_calls);
}

void Stream::Machine::start() {
  if (!std::holds_alternative<NotStarted>(state_)) return;
  state_ = Between{};
  const anthropic::Usage usage{.input_tokens = std::max(context_.input_tokens, std::int64_t{1}),
                               .output_tokens = 1};
  sink_.message_start(context_.message_id, context_.model, told(usage));
  sink_.ping();
}

void Stream::Machine::feed(const openai::Chunk& chunk) {
  if (ended()) return;
  if (chunk.error) {
    fail(upstream_refusal({.status = 0,
                           .body = *chunk.error,
                           .host = context_.host,
                           .retry_after = std::nullopt,
                           .prompt_tokens = context_.input_tokens}));
    return;
  }
  if (chunk.usage) tally_.take(*chunk.usage);
  if (context_.keep_details) thinking_.details(chunk.reasoning_details_json);
  if (context_.keep_blocks) thinking_.blocks(chunk.thinking_blocks_json);
  if (context_.keep_thought_signatures) thinking_.message(chunk.extra_content_json);
  if (!chunk.reasoning.empty()) {
    tags_.interrupt(*this);
    thinking(chunk.reasoning);
  }
  if (!chunk.content.empty()) tags_.feed(chunk.content, *this);
  if (!chunk.refusal.empty()) refusal(chunk.refusal);
  if (context_.web_search) search_.take(chunk.citations);
  for (std::size_t i = 0; i < chunk.tool_calls.size(); ++i) tool_call(chunk.tool_calls[i], i);
  if (finishing_ && chunk.has_content()) finishing_ = false;
  if (!chunk.finish_reason.empty()) finish_reason(chunk);
}

void Stream::Machine::thinking(std::string_view piece) {
  thinking_.text(piece);
  if (context_.thinking) {
    prose(Prose::thinking, piece);
  } else if (!piece.empty()) {
    tally_.produced(piece.size());
    start();
  }
}

void Stream::Machine::refusal(std::string_view piece) {
  refusal_bytes_ += piece.size();
  tags_.finish(*this);
  text(piece);
}

void Stream::Machine::prose(Prose kind, std::string_view piece) {
  if (piece.empty() || ended()) return;
  tally_.produced(piece.size());
  if (std::holds_alternative<InToolCall>(state_) || !waiting_.empty()) {
    wait(kind, piece);
    advance();
  } else {
    show(kind, piece);
  }
}

void Stream::Machine::tool_call(const openai::ToolCallDelta& delta, std::size_t position) {
  if (ended()) return;
  const std::size_t known = calls_.size();
  const auto taken = calls_.take(delta, position);
  if (!taken) {
    fail(taken.error());
    return;
  }
  if (!taken->has_value()) return;
  tally_.produced(delta.arguments.size());
  if (context_.keep_thought_signatures && !delta.extra_content_json.empty()) {
    auto& call = calls_[**taken];
    call.extra_content_json = delta.extra_content_json;
    if (!call.id.empty()) thinking_.call(call.id, call.extra_content_json);
  }
  if (**taken == known) {
    tags_.finish(*this);
    if (markup_) markup_->finish(true, *this);
    waiting_.emplace_back(WaitingCall{known});
  }
  if (const auto* open = std::get_if<InToolCall>(&state_); open != nullptr && open->call == **taken) {
    stream_arguments(open->call);
  }
  advance();
}

void Stream::Machine::finish_reason(const openai::Chunk& chunk) {
  if (ended()) return;
  finishing_ = true;
  finish_ = finish_of(chunk.finish_reason);
  if (*finish_ == Finish::failed || *finish_ == Finish::overloaded) {
    const auto kind = *finish_ == Finish::failed ? ErrorKind::bad_gateway : ErrorKind::overloaded;
    fail(Error{.kind = kind,
               .source = ErrorSource::upstream,
               .retry = Retry::yes,
               .message = "the provider broke the answer off (finish_reason \"" +
                          std::string(chunk.finish_reason.substr(0, 128)) + "\")"});
    return;
  }
  const auto& known = context_.stop_sequences;
  if (!chunk.stop_reason.empty() && std::find(known.begin(), known.end(), chunk.stop_reason) != known.end()) {
    matched_stop_ = chunk.stop_reason;
  }
}

void Stream::Machine::finish(bool done_seen) {
  if (ended()) return;
  if (!finishing_ && !done_seen) {
    return break_off(
        "the provider's stream ended early, without a finish_reason and without [DONE]: the answer is "
        "incomplete");
  }
  tags_.finish(*this);
  if (markup_) markup_->finish(finish_ == Finish::length || finish_ == Finish::window, *this);
  if (context_.json_answer) prose(Prose::text, fence_.finish());
  call_marked();
  drain();
  if (ended()) return;
  if (finish_ == Finish::tool_calls && tool_blocks_ == 0 && context_.tools) {
    lost_call_ = true;
    // With the text still open: behind a closed block Claude Code does not ask again, but for a continuation.
    return break_off(
        "the provider said that it calls a tool, and sent no call: its server could not read what the model "
        "wrote");
  }
  close_block();
  start();
  show_last_blocks();
  if (!ended()) stop();
}

void Stream::Machine::break_off(std::string message) {
  fail(Error{.kind = ErrorKind::bad_gateway,
             .source = ErrorSource::upstream,
             .retry = Retry::yes,
             .message = std::move(message)});
}

/// What stands behind the answer, and what an answer without anything to see has instead.
void Stream::Machine::show_last_blocks() {
  show_found();
  show_search(search_.results());
  if (tool_blocks_ > 0) show_state();
  const bool invisible = !shown_text_ && tool_blocks_ == 0;
  const bool cured = !context_.cure_of_cut.empty() && !context_.json_answer;
  if (invisible && cured && resolve_stop_reason() == StopReason::max_tokens) {
    show(Prose::text, context_.cure_of_cut);
    close_block();
  }
  if (ended() || blocks_ > 0) return;
  // An answer of no block at all makes Claude Code repeat the request; an empty text says that the model had
  // nothing to say.
  open(Prose::text);
  close_block();
}

void Stream::Machine::stop() {
  const StopReason reason = resolve_stop_reason();
  state_ = Stopped{reason};
  const auto stop_sequence =
      reason == StopReason::stop_sequence ? std::optional<std::string_view>(*matched_stop_) : std::nullopt;
  sink_.message_delta(reason, stop_sequence, told(usage()));
  sink_.message_stop();
}

anthropic::Usage Stream::Machine::usage() const {
  auto usage = tally_.total(context_.input_tokens);
  usage.web_search_requests = searches_;
  return usage;
}

/// The prompt's counts in the client's measure. The answer's stay: they become prompt in the next turn.
anthropic::Usage Stream::Machine::told(anthropic::Usage usage) const {
  usage.input_tokens = scaled_tokens(usage.input_tokens, context_.usage_scale);
  usage.cache_read_input_tokens = scaled_tokens(usage.cache_read_input_tokens, context_.usage_scale);
  usage.cache_creation_input_tokens = scaled_tokens(usage.cache_creation_input_tokens, context_.usage_scale);
  return usage;
}

void Stream::Machine::fail(const Error& error) {
  if (ended()) return;
  if (error.kind == ErrorKind::cut_answer) {
    finish_ = Finish::length;
    return finish(true);
  }
  state_ = Failed{started(), error};
  sink_.error(error);
}

void Stream::Machine::ping() {
  if (started() && !ended()) sink_.ping();
}

bool Stream::Machine::started() const {
  if (const auto* failed = std::get_if<Failed>(&state_)) return failed->started;
  return !std::holds_alternative<NotStarted>(state_);
}

bool Stream::Machine::ended() const {
  return std::holds_alternative<Stopped>(state_) || std::holds_alternative<Failed>(state_);
}

const Error* Stream::Machine::failure() const {
  const auto* failed = std::get_if<Failed>(&state_);
  return failed == nullptr ? nullptr : &failed->error;
}

std::optional<StopReason> Stream::Machine::stop_reason() const {
  if (const auto* stopped = std::get_if<Stopped>(&state_)) return stopped->reason;
  return std::nullopt;
}

}  // namespace ccp::translate
