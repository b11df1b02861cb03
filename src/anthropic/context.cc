#include "anthropic/context.h"

#include <algorithm>
#include <ranges>
#include <span>
#include <unordered_map>

#include "anthropic/messages.h"
#include "json/writer.h"

namespace ccp::anthropic {

namespace {

constexpr std::int64_t bytes_per_token = 4;
/// The documented defaults.
constexpr std::int64_t default_trigger = 100'000, default_tool_uses = 3, default_thinking_turns = 1;
constexpr std::int64_t default_compaction_trigger = 150'000;
constexpr std::int64_t per_picture = 1'500;

constexpr std::string_view cleared_result = "[This old tool result was cleared to save context.]";

std::int64_t tokens(std::string_view text) { return std::ssize(text) / bytes_per_token; }

/// The estimated tokens of a conversation's blocks.
struct Estimate {
  std::int64_t operator()(const std::vector<ContentBlock>& blocks) const {
    std::int64_t sum = 0;
    for (const auto& block : blocks) sum += std::visit(*this, block.value);
    return sum;
  }
  std::int64_t operator()(const TextBlock& b) const { return tokens(b.text); }
  std::int64_t operator()(const ToolUseBlock& b) const { return tokens(b.name) + tokens(b.input_json); }
  std::int64_t operator()(const ToolResultBlock& b) const { return (*this)(b.content); }
  std::int64_t operator()(const SearchResultBlock& b) const { return (*this)(b.content); }
  std::int64_t operator()(const ImageBlock&) const { return per_picture; }
  std::int64_t operator()(const DocumentBlock& b) const {
    if (const auto* text = std::get_if<PlainTextSource>(&b.source)) return tokens(text->data);
    if (const auto* content = std::get_if<ContentSource>(&b.source)) return (*this)(content->content);
    return per_picture;
  }
  std::int64_t operator()(const CompactionBlock& b) const { return tokens(b.summary); }
  std::int64_t operator()(const OtherBlock& b) const { return tokens(b.json); }
  std::int64_t operator()(const ThinkingBlock& b) const { return tokens(b.thinking); }
  std::int64_t operator()(const RedactedThinkingBlock&) const { return 0; }
  std::int64_t operator()(const ToolReferenceBlock&) const { return 0; }
  std::int64_t operator()(const ToolChangeBlock&) const { return 0; }
};

/// What stands before every message. Tools that may come later do not count, so that it stays as it is.
std::int64_t base_tokens(const MessagesRequest& request) {
  std::int64_t sum = Estimate()(request.system);
  for (const auto& tool : request.tools) {
    if (!tool.defer_loading) sum += tokens(tool.description) + tokens(tool.input_schema_json);
  }
  return sum;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Clears old tool results at the turns at which the edit's trigger was reached.
class ToolUses {
 public:
  ToolUses(MessagesRequest& request, const ContextEdit& edit)
      : messages_(request.messages), edit_(edit), tokens_(base_tokens(request)) {}

  AppliedEdit clear() {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const bool asked =
          messages_[i].role == Role::assistant && (i == 0 || messages_[i - 1].role != Role::assistant);
      if (asked) request_here();
      for (auto& block : messages_[i].content) note(block);
    }
    request_here();
    return applied_;
  }

 private:
  struct Use {
    ToolUseBlock* call;
    ToolResultBlock* result = nullptr;
    bool cleared = false;
  };

  void note(ContentBlock& block) {
    tokens_ += std::visit(Estimate(), block.value);
    if (auto* call = std::get_if<ToolUseBlock>(&block.value)) {
      by_id_[call->id] = uses_.size();
      uses_.push_back({call});
    } else if (auto* result = std::get_if<ToolResultBlock>(&block.value)) {
      const auto found = by_id_.find(result->tool_use_id);
      if (found != by_id_.end()) uses_[found->second].result = result;
    }
  }

  [[nodiscard]] bool triggered() const {
    if (edit_.trigger_tool_uses) {
      const auto held = std::ranges::count(uses_, false, &Use::cleared);
      return held > *edit_.trigger_tool_uses;
    }
    return tokens_ > edit_.trigger_tokens.value_or(default_trigger);
  }

  [[nodiscard]] bool clears_input(const Use& use) const {
    return edit_.inputs == ContextEdit::Inputs::all ||
           (edit_.inputs == ContextEdit::Inputs::named && contains(edit_.inputs_of, use.call->name));
  }

  [[nodiscard]] std::int64_t gain(const Use& use) const {
    const auto input = clears_input(use) ? Estimate()(*use.call) : 0;
    return std::max<std::int64_t>(0, input + Estimate()(*use.result) - tokens(cleared_result));
  }

  /// A request was sent here, with what stood before.
  void request_here() {
    if (!triggered()) return;
    const auto keep = std::max<std::int64_t>(0, edit_.keep.value_or(default_tool_uses));
    const auto end = std::max<std::int64_t>(0, std::ssize(uses_) - keep);
    std::vector<Use*> old;
    std::int64_t gained = 0;
    for (auto& use : std::span(uses_).first(static_cast<std::size_t>(end))) {
      if (use.cleared || use.result == nullptr || contains(edit_.exclude_tools, use.call->name)) continue;
      old.push_back(&use);
      gained += gain(use);
    }
    if (old.empty() || gained < edit_.clear_at_least) return;
    for (auto* use : old) clear(*use);
    tokens_ -= gained;
    applied_.cleared += std::ssize(old);
    applied_.cleared_input_tokens += gained;
  }

  void clear(Use& use) {
    use.cleared = true;
    if (clears_input(use)) use.call->input_json = "{}";
    use.result->content.assign(1, ContentBlock{.value = TextBlock{cleared_result}});
    use.result->is_error = false;
  }

  std::vector<Message>& messages_;
  const ContextEdit& edit_;
  std::int64_t tokens_;
  AppliedEdit applied_{.type = ContextEdit::Type::clear_tool_uses};
  std::vector<Use> uses_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
};

bool is_thinking(const ContentBlock& block) {
  return std::holds_alternative<ThinkingBlock>(block.value) ||
         std::holds_alternative<RedactedThinkingBlock>(block.value);
}

/// The user spoke, instead of tools.
bool begins_turn(const Message& message) {
  return message.role == Role::user && std::ranges::none_of(message.content, [](const auto& block) {
           return std::holds_alternative<ToolResultBlock>(block.value);
         });
}

std::int64_t thinking_tokens(const Message& message) {
  std::int64_t sum = 0;
  for (const auto& block : message.content)
    sum += is_thinking(block) ? std::visit(Estimate(), block.value) : 0;
  return sum;
}

/// Clears the thinking of all but the last turns that have any.
AppliedEdit clear_thinking(std::vector<Message>& messages, const ContextEdit& edit) {
  AppliedEdit applied{.type = ContextEdit::Type::clear_thinking};
  if (edit.keep_all) return applied;
  const auto keep = edit.keep.value_or(default_thinking_turns);
  std::int64_t later = 0;  // turns with thinking behind the message
  bool thinks = false;     // the turn of the message has thinking behind it
  for (auto& message : std::views::reverse(messages)) {
    if (message.role == Role::assistant) {
      if (later >= keep) {
        message.thinking_cleared = true;
        applied.cleared_input_tokens += thinking_tokens(message);
      }
      thinks = thinks || std::ranges::any_of(message.content, is_thinking);
    }
    if (!begins_turn(message)) continue;
    later += thinks ? 1 : 0;
    thinks = false;
  }
  applied.cleared = std::max<std::int64_t>(0, later + (thinks ? 1 : 0) - keep);
  return applied;
}

/// The blocks that say which tools there are, for those who read on from a summary.
void collect_tool_changes(const std::vector<ContentBlock>& blocks, std::vector<ContentBlock>& out) {
  for (const auto& block : blocks) {
    if (const auto* result = std::get_if<ToolResultBlock>(&block.value)) {
      collect_tool_changes(result->content, out);
    } else if (const auto* compaction = std::get_if<CompactionBlock>(&block.value)) {
      collect_tool_changes(compaction->tool_changes, out);
    } else if (std::holds_alternative<ToolReferenceBlock>(block.value) ||
               std::holds_alternative<ToolChangeBlock>(block.value)) {
      out.push_back(block);
    }
  }
}

bool is_summary(const ContentBlock& block) {
  const auto* compaction = std::get_if<CompactionBlock>(&block.value);
  return compaction != nullptr && !compaction->summary.empty();
}

/// Takes out what the last summary stands for, but for the user's first message, with which a conversation
/// has to begin for many providers.
void take_out_summarized(std::vector<Message>& messages) {
  const auto last = std::ranges::find_if(std::views::reverse(messages), [](const Message& message) {
    return std::ranges::any_of(message.content, is_summary);
  });
  if (last == messages.rend()) return;
  const auto at = std::prev(last.base());
  std::vector<ContentBlock> changes;
  for (auto it = messages.begin(); it != at; ++it) collect_tool_changes(it->content, changes);
  const auto summary = std::ranges::find_if(at->content, is_summary);
  at->content.erase(at->content.begin(), summary);
  auto& own = std::get<CompactionBlock>(at->content.front().value).tool_changes;
  own.insert(own.begin(), std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()));
  const auto first = std::find_if(messages.begin(), at, begins_turn);
  messages.erase(first == at ? at : std::next(first), at);
  if (first != at) messages.erase(messages.begin(), first);
}

/// Asks for a compaction beyond the edit's trigger. One that does not pause is not made: its summary and the
/// answer would be two requests to the provider.
void compact(MessagesRequest& request, const ContextEdit& edit) {
  std::int64_t sum = base_tokens(request);
  for (const auto& message : request.messages) sum += Estimate()(message.content);
  if (sum <= edit.trigger_tokens.value_or(default_compaction_trigger)) return;
  if (edit.pause_after_compaction) {
    request.compaction = edit.instructions;
  } else {
    request.compaction_ignored = true;
  }
}

void note(MessagesRequest& request, const AppliedEdit& applied) {
  if (applied.cleared > 0) request.applied_edits.push_back(applied);
}

}  // namespace

void edit_context(MessagesRequest& request, const std::vector<ContextEdit>& edits) {
  take_out_summarized(request.messages);
  for (const auto& edit : edits) {
    switch (edit.type) {
      case ContextEdit::Type::clear_thinking:
        note(request, clear_thinking(request.messages, edit));
        break;
      case ContextEdit::Type::clear_tool_uses:
        note(request, ToolUses(request, edit).clear());
        break;
      case ContextEdit::Type::compact:
        compact(request, edit);
        break;
    }
  }
}

std::string applied_edits_json(const std::vector<AppliedEdit>& edits) {
  std::string json;
  json::Writer writer(json);
  writer.begin_object().key("applied_edits").begin_array();
  for (const auto& edit : edits) {
    const bool thinking = edit.type == ContextEdit::Type::clear_thinking;
    writer.begin_object()
        .field("type", thinking ? "clear_thinking_20251015" : "clear_tool_uses_20250919")
        .key(thinking ? "cleared_thinking_turns" : "cleared_tool_uses")
        .integer(edit.cleared)
        .key("cleared_input_tokens")
        .integer(edit.cleared_input_tokens)
        .end_object();
  }
  writer.end_array().end_object();
  return json;
}

}  // namespace ccp::anthropic
