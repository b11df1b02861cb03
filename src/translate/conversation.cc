#include "translate/conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "translate/assistant.h"
#include "translate/tool_results.h"

namespace ccp::translate {

namespace {

using anthropic::Role;

constexpr std::string_view bridge = "I will look at it.";
constexpr std::string_view no_content = "(no content)";
constexpr std::string_view no_result = "No result.";

class Conversation {
 public:
  Conversation(const std::vector<anthropic::Message>& messages, const BlockContext& context, ToolNames& names,
               std::vector<openai::Message>& out)
      : messages_(messages),
        context_(context),
        names_(names),
        out_(out),
        pairing_(pair_tool_results(messages)) {}

  Result<void> append();

 private:
  Result<void> append_assistant(std::size_t first, std::size_t end);
  Result<void> add_blocks(std::size_t index, AssistantBuilder& builder);
  Result<void> append_tool_messages(std::size_t assistant);
  Result<std::vector<openai::ContentPart>> result_parts(const ToolResultAt& result);
  [[nodiscard]] openai::Breakpoint breakpoint(const ToolResultAt& result) const;
  openai::Text tool_text(bool is_error, std::vector<openai::ContentPart> parts, bool numbered);
  Result<void> append_user(std::size_t index);
  void append_waiting();
  void append_user_message(std::vector<openai::ContentPart> content);
  [[nodiscard]] bool is_over(std::size_t index) const;
  Result<void> append_system(std::size_t index);
  void fold_system(openai::Text text);

  const std::vector<anthropic::Message>& messages_;
  const BlockContext& context_;
  ToolNames& names_;
  std::vector<openai::Message>& out_;
  const ToolPairing pairing_;
  std::size_t next_call_ = 0;    ///< into pairing_.answers
  std::size_t next_result_ = 0;  ///< into pairing_.used
  std::size_t media_count_ = 0;  ///< of the current turn's tool results, those already numbered
  Parts waiting_;                ///< for the next user message: media of tool results, folded system text
};

Result<void> Conversation::append() {
  const std::size_t before = out_.size();
  for (std::size_t i = 0; i < messages_.size();) {
    const Role role = messages_[i].role;
    std::size_t next = i + 1;
    Result<void> result;
    if (role == Role::assistant) {
      while (next < messages_.size() && messages_[next].role == Role::assistant) ++next;
      result = append_assistant(i, next);
    } else if (role == Role::user) {
      result = append_user(i);
    } else {
      result = append_system(i);
    }
    if (!result) return result;
    i = next;
  }
  append_waiting();
  // Nothing but empty assistant messages: a request without messages is refused everywhere.
  if (out_.size() == before) out_.emplace_back(openai::UserMessage{{openai::TextPart{no_content}}});
  return {};
}

/// Its text is for the turn behind it only.
bool Conversation::is_over(std::size_t index) const {
  if (!messages_[index].clear_at_next_user_message) return false;
  const auto rest = std::span(messages_).subspan(index);
  return std::ranges::any_of(rest, [](const auto& message) { return message.role == Role::user; });
}

Result<void> Conversation::append_system(std::size_t index) {
  if (is_over(index)) return {};
  const Place message{nullptr, "messages", index};
  auto text = system_text(messages_[index].content, &message, context_);
  if (!text) return std::unexpected(std::move(text).error());
  if (text->view().empty()) return {};
  if (context_.profile.inline_system) {
    const bool marked =
        std::ranges::any_of(messages_[index].content, &anthropic::ContentBlock::cache_control);
    out_.emplace_back(openai::SystemMessage{
        *std::move(text), marked ? context_.profile.cache_control : openai::Breakpoint::none});
  } else {
    fold_system(*std::move(text));
  }
  return {};
}

/// For a provider that takes system messages only at the front: into the message before it, or, behind an
/// assistant's, in front of the next user message.
void Conversation::fold_system(openai::Text text) {
  if (out_.empty()) {
    out_.emplace_back(openai::SystemMessage{std::move(text)});
    return;
  }
  if (auto* system = std::get_if<openai::SystemMessage>(&out_.back())) {
    return join(system->content, std::move(text));
  }
  openai::Text marked(fmt::format("<system-reminder>\n{}\n</system-reminder>", text.view()));
  if (auto* result = std::get_if<openai::ToolMessage>(&out_.back())) {
    join(result->content, std::move(marked));
  } else if (auto* user = std::get_if<openai::UserMessage>(&out_.back())) {
    append_text(user->content, std::move(marked));
  } else {
    waiting_.text(std::move(marked));
  }
}

Result<void> Conversation::add_blocks(std::size_t index, AssistantBuilder& builder) {
  const Place message{nullptr, "messages", index};
  const auto& content = messages_[index].content;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (std::holds_alternative<anthropic::ToolResultBlock>(content[i].value)) {
      if (!pairing_.used[next_result_++])
        context_.warnings.add("a tool_result in an assistant message was dropped");
      continue;
    }
    const Place block{&message, "content", i};
    if (auto added = builder.add(content[i], block); !added) return added;
  }
  return {};
}

/// One upstream message for a run of assistant messages, followed by the results of its calls.
Result<void> Conversation::append_assistant(std::size_t first, std::size_t end) {
  append_waiting();
  AssistantBuilder builder(context_, names_);
  if (messages_[first].thinking_cleared) builder.forget_thinking();
  for (std::size_t i = first; i < end; ++i) {
    if (auto added = add_blocks(i, builder); !added) return added;
  }
  auto message = builder.take();
  if (!message.content && message.tool_calls.empty()) {
    context_.warnings.add("an assistant message without text and tool calls was dropped");
    return {};
  }
  out_.emplace_back(std::move(message));
  return append_tool_messages(out_.size() - 1);
}

/// `assistant` is the position in `out_` of the message whose calls are answered.
Result<void> Conversation::append_tool_messages(std::size_t assistant) {
  const auto count = std::get<openai::AssistantMessage>(out_[assistant]).tool_calls.size();
  std::vector<std::vector<openai::ContentPart>> contents(count);
  std::size_t media = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto parts = result_parts(pairing_.answers[next_call_ + i]);
    if (!parts) return std::unexpected(std::move(parts).error());
    contents[i] = *std::move(parts);
    for (const auto& part : contents[i]) media += std::holds_alternative<openai::TextPart>(part) ? 0 : 1;
  }
  media_count_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& result = pairing_.answers[next_call_++];
    if (result.block == nullptr)
      context_.warnings.add("a tool_use without its tool_result got a placeholder result");
    auto text = result.block == nullptr
                    ? openai::Text(no_result)
                    : tool_text(result.block->is_error, std::move(contents[i]), media > 1);
    openai::Text id = std::get<openai::AssistantMessage>(out_[assistant]).tool_calls[i].id;
    out_.emplace_back(openai::ToolMessage{std::move(id), std::move(text), breakpoint(result)});
  }
  return {};
}

openai::Breakpoint Conversation::breakpoint(const ToolResultAt& result) const {
  const bool marked =
      result.block != nullptr && messages_[result.message].content[result.index].cache_control;
  return marked ? context_.profile.cache_control : openai::Breakpoint::none;
}

Result<std::vector<openai::ContentPart>> Conversation::result_parts(const ToolResultAt& result) {
  if (result.block == nullptr) return {};
  const Place message{nullptr, "messages", result.message};
  const Place block{&message, "content", result.index};
  Parts parts;
  if (auto done = append_blocks(result.block->content, block, context_, parts); !done) {
    return std::unexpected(std::move(done).error());
  }
  return parts.take();
}

/// The text of a tool message. Media leave a placeholder and wait for the next user message.
openai::Text Conversation::tool_text(bool is_error, std::vector<openai::ContentPart> parts, bool numbered) {
  openai::Text text;
  for (auto& part : parts) {
    if (auto* own = std::get_if<openai::TextPart>(&part)) {
      join(text, std::move(own->text));
      continue;
    }
    std::string label = std::holds_alternative<openai::ImagePart>(part) ? "image" : "file";
    if (numbered) {
      label += " " + std::to_string(++media_count_);
      waiting_.text("[" + label + "]");
    }
    join(text, "[" + label + ": see the next user message]");
    waiting_.add(std::move(part));
  }
  if (!is_error) return text;
  if (text.view().empty()) return "Error";
  openai::Text marked("Error: ");
  marked.append(text.view());
  return marked;
}

Result<void> Conversation::append_user(std::size_t index) {
  Parts parts = std::exchange(waiting_, {});
  const Place message{nullptr, "messages", index};
  const auto& content = messages_[index].content;
  bool answered = false;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (std::holds_alternative<anthropic::ToolResultBlock>(content[i].value) &&
        pairing_.used[next_result_++]) {
      answered = true;
      continue;
    }
    const Place block{&message, "content", i};
    if (auto result = append_block(content[i], block, context_, parts); !result) return result;
  }
  if (parts.empty() && answered) return {};
  if (parts.empty()) parts.text(no_content);
  append_user_message(parts.take());
  return {};
}

void Conversation::append_waiting() {
  if (!waiting_.empty()) append_user_message(waiting_.take());
}

/// Behind a tool message some of Mistral's templates take no user message: its text is then said with the
/// result; media, which a result cannot hold, follow a word of the assistant's.
void Conversation::append_user_message(std::vector<openai::ContentPart> content) {
  auto* result = out_.empty() ? nullptr : std::get_if<openai::ToolMessage>(&out_.back());
  if (context_.profile.user_after_tool || result == nullptr) {
    out_.emplace_back(openai::UserMessage{std::move(content)});
    return;
  }
  const auto is_text = [](const auto& part) { return std::holds_alternative<openai::TextPart>(part); };
  if (!std::ranges::all_of(content, is_text)) {
    out_.emplace_back(openai::AssistantMessage{.content = openai::Text(bridge)});
    out_.emplace_back(openai::UserMessage{std::move(content)});
    return;
  }
  for (auto& part : content) join(result->content, std::move(std::get<openai::TextPart>(part).text));
}

}  // namespace

Result<void> append_conversation(const std::vector<anthropic::Message>& messages, const BlockContext& context,
                                 ToolNames& names, std::vector<openai::Message>& out) {
  out.reserve(out.size() + messages.size() + messages.size() / 2);
  return Conversation(messages, context, names, out).append();
}

}  // namespace ccp::translate
