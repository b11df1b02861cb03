#pragma once

#include <cstdint>
#include <span>
#include <string>

/// `safeguards` of type dangerous_tool_use: the client leaves it to the server to judge the tool calls of an
/// answer before it runs them. As Claude Code 2.1.332 sends and reads it (beta
/// dangerous-tool-use-2026-09-03).
namespace ccp::anthropic {

/// A complete tool call of an answer.
struct ToolCall {
  std::string id;
  std::string name;
  std::string input;  ///< its arguments, as they came: JSON as a rule
};

/// What a tool call was judged to be.
struct Judgement {
  enum class Type : std::uint8_t {
    not_flagged,  ///< it may run
    flagged,      ///< it must not
    skipped,      ///< of a kind that the client runs unasked
    unavailable,  ///< nobody judged it
  };
  Type type = Type::unavailable;
  /// For the model and its user; of an unavailable one the reason: timeout, error, refused, input_too_long or
  /// input_unparsed.
  std::string words;
};

struct JudgedCall {
  std::string id;
  Judgement judgement;
};

/// `safeguard_results` of an answer, JSON.
std::string safeguard_results_json(std::span<const JudgedCall> calls);

}  // namespace ccp::anthropic
