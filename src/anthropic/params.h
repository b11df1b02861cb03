#pragma once

#include <string_view>
#include <vector>

#include "anthropic/messages.h"
#include "base/result.h"
#include "json/reader.h"

/// The request's parameters beside its content.
namespace ccp::anthropic {

/// One tool, of `tools` or of a `tool_addition`.
Result<void> read_tool(json::Value value, Tool& tool);
Result<void> read_tools(json::Value value, std::vector<Tool>& out);
Result<void> read_tool_choice(json::Value value, std::optional<ToolChoice>& out);

/// A type this version does not know leaves `out` empty and is noted in `unknown_fields`.
Result<void> read_thinking(json::Value value, std::optional<Thinking>& out,
                           std::vector<std::string_view>& unknown_fields);

/// `output_config`: effort and format.
Result<void> read_output_config(json::Value value, OutputConfig& out);

/// `output_config.format`, or the older top-level `output_format`: leaves the schema in `out`, empty for
/// other formats.
Result<void> read_output_format(json::Value value, std::string_view& out);

/// `metadata`: only `user_id` counts.
Result<void> read_metadata(json::Value value, std::string_view& user_id);

/// `compaction`: the instructions of a request for a summary.
Result<void> read_compaction_request(json::Value value, std::optional<std::string_view>& instructions);

/// `mcp_servers`: the names.
Result<void> read_mcp_servers(json::Value value, std::vector<std::string_view>& out);

/// `safeguards`: the context of the one of type dangerous_tool_use, `{}` when it gives none. Other types are
/// passed over.
Result<void> read_safeguards(json::Value value, std::optional<std::string_view>& classifier_context);

Result<void> read_stop_sequences(json::Value value, std::vector<std::string_view>& out);

}  // namespace ccp::anthropic
