#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/reader.h"

/// What the demo provider says. Pure: the conversation decides.
namespace ccp::demo {

/// What the simulator looks at in a Chat Completions request. Owns its strings.
struct Conversation {
  std::string model;
  bool stream = false;
  bool include_usage = false;
  std::size_t max_tokens = 4096;
  std::vector<std::string> tools;
  std::string structured_output;  ///< the schema of a tool named StructuredOutput; empty: there is none
  std::string answer_schema;      ///< of a json_schema response_format; empty: there is none
  std::string last_user;          ///< the user's own words, without what the client adds
  std::string last_tool_result;
  std::string working_directory;  ///< as Claude Code's system prompt names it; empty when it does not
  bool tool_was_called = false;
  bool last_is_tool_result = false;
  std::size_t prompt_bytes = 0;
};

/// Reads a request body. Errors are the client's.
Result<Conversation> parse_conversation(json::Reader& reader, std::string& body);

/// One call of a tool.
struct ToolCall {
  std::string name;
  std::string arguments;  ///< JSON
};

/// The next answer: text, then perhaps one tool call.
struct Reply {
  std::string text;
  std::vector<ToolCall> tool_calls;  ///< none or one
  std::string finish_reason = "stop";
  std::size_t completion_tokens = 0;
};

/// Decides the answer: at most one call per conversation, of StructuredOutput (by which a client wants its
/// answer) or of a harmless read-only tool that the client declared, never a shell; `max_tokens` words at
/// most.
Reply reply(const Conversation& conversation);

/// `text` in the pieces a model would stream: words with the white space before them.
std::vector<std::string_view> pieces(std::string_view text);

}  // namespace ccp::demo
