#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "json/reader.h"
#include "translate/stream_machine.h"

namespace ccp::translate {

void Stream::Machine::wait(Prose kind, std::string_view piece) {
  if (auto result = budget_.take(piece.size()); !result) {
    fail(result.error());
    return;
  }
  auto* last = waiting_.empty() ? nullptr : std::get_if<WaitingProse>(&waiting_.back());
  if (last == nullptr || last->kind != kind)
    last = &std::get<WaitingProse>(waiting_.emplace_back(WaitingProse{kind, {}}));
  last->text += piece;
}

/// Hands out what waits, as far as the tool call whose turn it is allows.
void Stream::Machine::advance() {
  while (!waiting_.empty() && !ended()) {
    if (const auto* open = std::get_if<InToolCall>(&state_)) {
      if (!closable(calls_[open->call])) return;
      close_tool_call(open->call);
    } else {
      take_next();
    }
  }
}

void Stream::Machine::take_next() {
  const Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  if (const auto* held = std::get_if<WaitingProse>(&next)) {
    show(held->kind, held->text);
    return;
  }
  close_block();
  start();
  const auto call = std::get<WaitingCall>(next).call;
  state_ = InToolCall{call};
  stream_arguments(call);
}

/// A call ends when its arguments are whole and something waits behind it. One without arguments could still
/// get them: it ends only when the model has gone on to say something else.
bool Stream::Machine::closable(const ToolCall& call) const {
  if (call.name.empty()) return false;
  if (call.complete()) return true;
  return call.has_no_input() && std::any_of(waiting_.begin(), waiting_.end(), [](const Waiting& waiting) {
           const auto* held = std::get_if<WaitingProse>(&waiting);
           return held != nullptr && !is_blank(held->text);
         });
}

/// The end has come: everything that waits is sent, and the last block closed.
void Stream::Machine::drain() {
  while (!ended()) {
    if (const auto* open = std::get_if<InToolCall>(&state_)) close_tool_call(open->call);
    if (ended() || waiting_.empty()) break;
    take_next();
  }
}

bool Stream::Machine::is_open(Prose kind) const {
  return kind == Prose::text ? std::holds_alternative<InText>(state_)
                             : std::holds_alternative<InThinking>(state_);
}

void Stream::Machine::show(Prose kind, std::string_view piece) {
  if (kind == Prose::thinking && thinking_is_late()) return keep_late(piece);
  if (!is_open(kind)) {
    if (leading_.kind != kind) leading_ = {kind, {}};
    if (is_blank(piece)) {
      if (auto result = budget_.take(piece.size()); !result) return fail(result.error());
      leading_.text += piece;
      return;
    }
    open(kind);
    if (!leading_.text.empty()) piece = leading_.text.append(piece);
  }
  if (kind == Prose::text) {
    sink_.text_delta(piece);
    shown_text_ = true;
    keep_text(piece);
  } else {
    thinking_.shown(piece);
    sink_.thinking_delta(piece);
  }
  leading_.text.clear();
}

void Stream::Machine::open(Prose kind) {
  close_block();
  start();
  show_found();
  if (kind == Prose::text) show_state();
  ++blocks_;
  if (kind == Prose::text) {
    ++text_blocks_;
    state_ = InText{};
    last_text_.clear();
    sink_.text_start();
  } else {
    state_ = InThinking{};
    sink_.thinking_start();
  }
}

/// Sends what the call may show now; its block starts with the first of it.
void Stream::Machine::stream_arguments(std::size_t index) {
  ToolCall& call = calls_[index];
  const std::string_view ready = call.sendable();
  if (ready.empty()) return;
  if (call.stage == ToolCall::Stage::collecting) open_tool_call(index);
  sink_.input_json_delta(ready);
  call.sent = call.arguments.size();
}

void Stream::Machine::open_tool_call(std::size_t index) {
  ToolCall& call = calls_[index];
  calls_.assign_id(index);
  thinking_.call(call.id, call.extra_content_json);
  show_found();
  show_late();
  show_state();
  call.stage = ToolCall::Stage::streaming;
  leading_.text.clear();
  ++blocks_;
  ++tool_blocks_;
  sink_.tool_use_start(call.id, context_.names != nullptr ? context_.names->client(call.name) : call.name);
}

void Stream::Machine::close_block() {
  if (const auto* open = std::get_if<InToolCall>(&state_)) return close_tool_call(open->call);
  if (std::holds_alternative<InThinking>(state_)) sink_.signature_delta(thinking_.signature(context_.sign));
  if (std::holds_alternative<InThinking>(state_) || std::holds_alternative<InText>(state_)) {
    sink_.block_stop();
    state_ = Between{};
  }
}

/// State that came without any text to sign: a thinking block without text, as Anthropic's own API has them,
/// which the client returns unread. Never the last one of an answer without tool calls: Claude Code takes the
/// last block for the result.
void Stream::Machine::show_state() {
  if (!context_.thinking || !context_.sign || !thinking_.has_unsent_state()) return;
  ++blocks_;
  sink_.thinking_start();
  sink_.signature_delta(thinking_.signature(context_.sign));
  sink_.block_stop();
}

void Stream::Machine::keep_late(std::string_view piece) {
  if (late_.size() + piece.size() <= StreamThinking::limit) late_ += piece;
}

void Stream::Machine::show_late() {
  if (is_blank(late_)) return late_.clear();
  ++blocks_;
  sink_.thinking_start();
  thinking_.shown(late_);
  sink_.thinking_delta(late_);
  sink_.signature_delta(thinking_.signature(context_.sign));
  sink_.block_stop();
  late_.clear();
}

/// What was found before the provider was asked stands in front of its answer.
void Stream::Machine::show_found() {
  show_search(context_.found);
  context_.found.clear();
}

/// What the provider found stands behind its text: the pages are known with the end.
void Stream::Machine::show_search(const std::vector<anthropic::WebSearchResult>& results) {
  if (results.empty()) return;
  blocks_ += 2;
  ++searches_;
  const auto number = std::string_view(context_.message_id).substr(context_.message_id.find('_') + 1);
  sink_.web_search("srvtoolu_" + std::string(number), results);
}

std::vector<std::string> Stream::Machine::thought_keys() const {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (!calls_[i].id.empty()) keys.push_back(calls_[i].id);
  }
  const bool by_text = keys.empty() && thinking_.has_unsent_state() && !last_text_.empty() &&
                       last_text_.size() <= StreamThinking::limit;
  if (by_text) keys.push_back(text_key(last_text_));
  return keys;
}

void Stream::Machine::keep_text(std::string_view piece) {
  if (!context_.keep_details && !context_.keep_blocks && !context_.keep_thought_signatures) return;
  if (last_text_.size() <= StreamThinking::limit) last_text_ += piece;
}

/// A call without a name and input, or beside one that is good: what a provider sends too much.
bool Stream::Machine::superfluous(const ToolCall& call) const {
  if (!call.name.empty()) return false;
  bool named = false;
  bool waits_for_input = false;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    named = named || !calls_[i].name.empty();
    waits_for_input = waits_for_input || (!calls_[i].name.empty() && calls_[i].has_no_input());
  }
  return named && (call.has_no_input() || !waits_for_input);
}

void Stream::Machine::close_tool_call(std::size_t index) {
  if (superfluous(calls_[index])) {
    calls_[index].stage = ToolCall::Stage::stopped;
    state_ = Between{};
    return;
  }
  send_rest(index);
  if (ended()) return;
  calls_[index].stage = ToolCall::Stage::stopped;
  sink_.block_stop();
  state_ = Between{};
}

/// Sends what was held back of a call, after the last check that its input is one a tool may run with.
void Stream::Machine::send_rest(std::size_t index) {
  ToolCall& call = calls_[index];
  const auto input = anthropic::input_object(call.arguments);
  if (call.name.empty() || (!input && !may_be_cut())) {
    lost_call_ = true;
    fail(Error{.kind = ErrorKind::bad_gateway,
               .source = ErrorSource::upstream,
               .retry = Retry::yes,
               .message = call.name.empty() ? "the provider sent a tool call without a name"
                                            : "the provider sent the tool call \"" + call.name +
                                                  "\" with cut or malformed arguments",
               .cause = std::to_string(call.arguments.size()) + " bytes of arguments"});
    return;
  }
  if (call.stage == ToolCall::Stage::streaming) return;
  open_tool_call(index);
  sink_.input_json_delta(input ? *input : call.arguments);
}

bool Stream::Machine::may_be_cut() const {
  return finish_ == Finish::length || finish_ == Finish::window || context_.lenient_arguments;
}

}  // namespace ccp::translate
