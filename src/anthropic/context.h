#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/reader.h"

/// What is left out of a conversation before a model sees it: what a `compaction` block stands for, and what
/// `context_management.edits` clear
/// (https://docs.claude.com/en/docs/build-with-claude/context-editing).
namespace ccp::anthropic {

struct MessagesRequest;

/// One of `context_management.edits`.
struct ContextEdit {
  enum class Type : std::uint8_t { clear_tool_uses, clear_thinking, compact };
  /// Which tool inputs go with the results.
  enum class Inputs : std::uint8_t { none, named, all };

  Type type = Type::clear_tool_uses;
  std::optional<std::int64_t> trigger_tokens, trigger_tool_uses;
  std::optional<std::int64_t> keep;  ///< tool uses or turns of thinking; absent: the default
  bool keep_all = false;
  std::int64_t clear_at_least = 0;  ///< tokens
  std::vector<std::string_view> exclude_tools;
  Inputs inputs = Inputs::none;
  std::vector<std::string_view> inputs_of;  ///< for Inputs::named
  bool pause_after_compaction = false;
  std::string_view instructions;
};

/// One of `applied_edits`: what an edit took out. The tokens are estimated.
struct AppliedEdit {
  ContextEdit::Type type = ContextEdit::Type::clear_tool_uses;
  std::int64_t cleared = 0;  ///< tool uses, or turns with thinking
  std::int64_t cleared_input_tokens = 0;
};

/// `{"applied_edits":[…]}` as an answer's `context_management` has it.
std::string applied_edits_json(const std::vector<AppliedEdit>& edits);

/// `context_management`. An edit of a type this version does not know is noted in `unknown_fields`.
Result<void> read_context_management(json::Value value, std::vector<ContextEdit>& out,
                                     std::vector<std::string_view>& unknown_fields);

/// Applies the edits, and takes out what compaction blocks stand for. What an edit clears at one turn stays
/// cleared at the next and nothing else is until its trigger is reached again: the conversation is replayed
/// from its start, so that a provider's prefix cache holds. Tokens are estimated, four bytes each. What was
/// cleared is added to the request's `applied_edits`.
void edit_context(MessagesRequest& request, const std::vector<ContextEdit>& edits);

}  // namespace ccp::anthropic
