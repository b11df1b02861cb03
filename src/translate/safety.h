#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anthropic/messages.h"
#include "anthropic/safeguards.h"
#include "json/reader.h"

/// The question whether a tool call may run, put to a model (SAFETY_MODEL), and its answer.
namespace ccp::translate {

/// What the judge of an answer's tool calls knows of its request: what the user said, which calls were made,
/// and the client's rules. Not what the model thought or what tools returned: neither is to talk the judge
/// into anything (https://www.anthropic.com/engineering/claude-code-auto-mode).
struct SafetyCase {
  std::string classifier_context;  ///< JSON of the client: rules, folders, state of the repository
  std::string transcript;          ///< a JSON object a line; its middle left out where it is too long
  bool reads_checked = false;      ///< the client checks what is read outside of its folders
};

/// The case of a request that asks for judgement (`classifier_context_json`).
SafetyCase safety_case(const anthropic::MessagesRequest& request);

/// Whether calls of `tool`, one of Claude Code's own, run unasked in auto mode: it changes nothing.
bool runs_unasked(const SafetyCase& about, std::string_view tool);

/// Bytes of arguments that are judged. Longer ones are not: nobody shall be asked about half an action.
inline constexpr std::size_t longest_judged = std::size_t{64} << 10;

/// A body of POST /v1/messages that asks about `call`; `earlier` are the calls in front of it in the same
/// answer.
std::string safety_question(const SafetyCase& about, std::span<const anthropic::ToolCall> earlier,
                            const anthropic::ToolCall& call);

/// The judge's answer, or nullopt when it is not in the form that was asked for.
std::optional<anthropic::Judgement> read_judgement(json::Reader& reader, std::string_view answer);

}  // namespace ccp::translate
