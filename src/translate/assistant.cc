#include "translate/assistant.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "translate/call_ids.h"
#include "translate/hash.h"

namespace ccp::translate {

namespace {

/// OpenAI refuses longer ids of tool calls when they come back in the history; other providers make such.
constexpr std::size_t longest_call_id = 40;

/// For a provider that refuses a turn with tool calls and without its reasoning, which is lost.
constexpr std::string_view lost_reasoning = " ";

/// Google's value for a call whose signature is lost, for example one of another model
/// (https://ai.google.dev/gemini-api/docs/thought-signatures).
constexpr std::string_view lost_signature =
    R"({"google":{"thought_signature":"skip_thought_signature_validator"}})";

/// Mistral takes ids of exactly nine letters or digits.
std::string nine_alphanumeric(std::string_view id) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string nine;
  for (auto value = hash(id, 0); nine.size() < 9; value /= digits.size()) {
    nine += digits[value % digits.size()];
  }
  return nine;
}

bool is_nine_alphanumeric(std::string_view id) {
  return id.size() == 9 && std::ranges::all_of(id, [](char c) { return is_ascii_alphanumeric(c); });
}

openai::Text upstream_call_id(std::string_view client_id, const Profile& profile) {
  const auto id = provider_call_id(client_id);
  if (profile.call_ids == CallIds::nine_alphanumeric) {
    return is_nine_alphanumeric(id) ? id : nine_alphanumeric(id);
  }
  if (profile.call_ids == CallIds::any || id.size() <= longest_call_id) return id;
  return fmt::format("call_{:016x}{:016x}", hash(id, 0), hash(id, 1));
}

}  // namespace

Result<void> AssistantBuilder::add(const anthropic::ContentBlock& block, const Place& place) {
  if (const auto* text = std::get_if<anthropic::TextBlock>(&block.value)) {
    add_text(text->text);
  } else if (const auto* call = std::get_if<anthropic::ToolUseBlock>(&block.value)) {
    add_call(*call);
  } else if (const auto* thinking = std::get_if<anthropic::ThinkingBlock>(&block.value)) {
    add_thinking(thinking->thinking, thinking->signature);
  } else if (const auto* redacted = std::get_if<anthropic::RedactedThinkingBlock>(&block.value)) {
    add_thinking({}, redacted->data);
  } else {
    return add_other(block, place);
  }
  return {};
}

/// As it would stand in a user message; of media, which an assistant message cannot hold, nothing.
Result<void> AssistantBuilder::add_other(const anthropic::ContentBlock& block, const Place& place) {
  Parts parts;
  if (auto done = append_block(block, place, context_, parts); !done) return done;
  for (auto& part : parts.take()) {
    if (auto* text = std::get_if<openai::TextPart>(&part)) {
      if (!message_.content) message_.content.emplace();
      join(*message_.content, std::move(text->text));
    } else {
      context_.warnings.add("media was dropped from an assistant message");
    }
  }
  return {};
}

void AssistantBuilder::add_text(std::string_view text) {
  if (text.empty()) return;
  last_text_ = text;
  if (!message_.content) message_.content.emplace();
  join(*message_.content, text);
}

void AssistantBuilder::add_call(const anthropic::ToolUseBlock& call) {
  call_ids_.push_back(call.id);
  message_.tool_calls.push_back(
      {upstream_call_id(call.id, context_.profile), names_.upstream(call.name), call.input_json, {}});
}

/// Thinking that was not made by this provider's model behind this proxy says nothing to it.
void AssistantBuilder::add_thinking(std::string_view text, std::string_view signature) {
  if (forgets_ || context_.sources.memory == nullptr) return;
  auto state = context_.sources.memory->open(text, signature);
  if (!state) return;
  join(reasoning_, text.empty() ? openai::Text(std::move(state->text)) : openai::Text(text));
  state_.merge(*std::move(state));
}

/// A client that drops thinking still names the calls that came of it.
void AssistantBuilder::recall() {
  const auto* memory = context_.sources.memory;
  if (memory == nullptr || !reasoning_.view().empty() || !state_.empty()) return;
  for (const auto id : call_ids_) {
    auto thought = memory->before(id);
    if (!thought) continue;
    reasoning_ = std::move(thought->text);
    state_ = std::move(thought->state);
    return;
  }
}

/// State that came behind the last text, which no block could carry.
void AssistantBuilder::recall_by_text() {
  const auto& profile = context_.profile;
  const bool in_words =
      profile.replay == Replay::details || profile.thought_signatures != ThoughtSignatures::none;
  const bool wanted = in_words || profile.thinking_blocks;
  if (!wanted || context_.sources.memory == nullptr || !call_ids_.empty() || last_text_.empty()) return;
  auto thought = context_.sources.memory->before(text_key(last_text_));
  if (!thought) return;
  state_.merge(std::move(thought->state));
  if (in_words && reasoning_.view().empty()) reasoning_ = std::move(thought->text);
}

openai::AssistantMessage AssistantBuilder::take() {
  if (!forgets_) {
    recall();
    recall_by_text();
  }
  set_reasoning();
  set_state();
  if (!message_.content && !context_.profile.null_content) message_.content.emplace();
  return std::move(message_);
}

void AssistantBuilder::set_reasoning() {
  const auto replay = context_.profile.replay;
  const bool has_calls = !message_.tool_calls.empty();
  const bool required = (replay == Replay::required && has_calls) ||
                        (replay == Replay::with_tools && (has_calls || context_.has_tools));
  const bool says_something = message_.content || has_calls;
  if (required && says_something && reasoning_.view().empty()) reasoning_ = lost_reasoning;
  if (reasoning_.view().empty()) return;
  if (required || replay == Replay::always || (replay == Replay::tool_turns && has_calls)) {
    message_.reasoning_content = std::move(reasoning_);
  } else if (replay == Replay::think_tags) {
    openai::Text content(fmt::format("<think>\n{}\n</think>", reasoning_.view()));
    if (message_.content) join(content, *std::move(message_.content));
    message_.content = std::move(content);
  }
}

void AssistantBuilder::set_state() {
  const auto replay = context_.profile.replay;
  if (replay == Replay::details) message_.reasoning_details_json = std::move(state_.details_json);
  if (context_.profile.thinking_blocks) message_.thinking_blocks_json = std::move(state_.blocks_json);
  const bool in_words = replay == Replay::details && message_.reasoning_details_json.empty();
  if ((in_words || replay == Replay::reasoning) && !reasoning_.view().empty()) {
    message_.reasoning = std::move(reasoning_);
  }
  if (context_.profile.thought_signatures != ThoughtSignatures::none) set_thought_signatures();
}

void AssistantBuilder::set_thought_signatures() {
  message_.extra_content_json = std::move(state_.message_json);
  bool signed_turn = false;
  for (std::size_t i = 0; i < message_.tool_calls.size(); ++i) {
    const auto found = state_.calls.find(std::string(call_ids_[i]));
    if (found == state_.calls.end()) continue;
    message_.tool_calls[i].extra_content_json = found->second;
    signed_turn = true;
  }
  const bool required = context_.profile.thought_signatures == ThoughtSignatures::required;
  if (required && !signed_turn && !message_.tool_calls.empty()) {
    message_.tool_calls.front().extra_content_json = lost_signature;
  }
}

}  // namespace ccp::translate
