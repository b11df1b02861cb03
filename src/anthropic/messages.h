#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "anthropic/context.h"
#include "base/result.h"
#include "json/reader.h"

/// The request side of Anthropic's Messages API (https://docs.anthropic.com/en/api/messages), parsed once
/// into types. Every `string_view` points into the request body or its Reader and lives as long as both; text
/// is unescaped, `…_json` members are raw, validated JSON.
namespace ccp::anthropic {

struct Tool {
  std::string_view type;  ///< empty or "custom" for client tools, e.g. `web_search_20250305` for server tools
  std::string_view name;
  std::string_view description;                                 ///< empty when absent
  std::string_view input_schema_json;                           ///< empty when absent (server tools)
  std::string_view allowed_domains_json, blocked_domains_json;  ///< web search: lists of strings, or empty
  std::string_view input_examples_json;                         ///< a list of inputs, or empty
  bool defer_loading = false;  ///< hidden from the model until a tool_reference names it
  std::int64_t display_width_px = 0, display_height_px = 0;  ///< computer use; 0 when absent
};

struct TextBlock {
  std::string_view text;
};

struct Base64Source {
  std::string_view media_type;
  std::string_view data;
};
struct UrlSource {
  std::string_view url;
};
struct FileSource {  ///< Files API: `{"type":"file","file_id":…}`
  std::string_view file_id;
};
struct PlainTextSource {  ///< documents only: `{"type":"text","media_type":"text/plain","data":…}`
  std::string_view media_type;
  std::string_view data;
};
struct UnknownSource {
  std::string_view type;
};

struct ImageBlock {
  std::variant<UnknownSource, Base64Source, UrlSource, FileSource> source;
};

struct ContentBlock;

struct ContentSource {  ///< documents only: `{"type":"content","content": string or blocks}`
  std::vector<ContentBlock> content;
};

struct DocumentBlock {
  std::variant<UnknownSource, Base64Source, UrlSource, FileSource, PlainTextSource, ContentSource> source;
  std::string_view title;    ///< empty when absent
  std::string_view context;  ///< empty when absent
};

struct ToolUseBlock {
  std::string_view id;
  std::string_view name;
  std::string_view input_json;  ///< an object; "{}" when absent
};

struct ToolResultBlock {
  std::string_view tool_use_id;
  std::vector<ContentBlock> content;  ///< a string becomes one TextBlock; absent becomes no block
  bool is_error = false;
};

struct ThinkingBlock {
  std::string_view thinking;
  std::string_view signature;
};
struct RedactedThinkingBlock {
  std::string_view data;
};

/// `search_result` blocks (a client's own retrieval).
struct SearchResultBlock {
  std::string_view title;
  std::string_view source;
  std::vector<ContentBlock> content;
};

/// Says that a deferred tool is loaded from here on; the result of Claude Code's tool search.
struct ToolReferenceBlock {
  std::string_view tool_name;
};

/// `tool_addition` and `tool_removal` of a system message: from here on the tool can be called, or no more.
struct ToolChangeBlock {
  bool addition = true;
  std::string_view reference;  ///< `tool.type`: tool_reference, tool_definition, mcp_tool_reference, …
  std::string_view name;       ///< of the tool, else of the MCP server
  std::optional<Tool> definition;
};

/// What stands for the conversation before it.
struct CompactionBlock {
  std::string_view summary;                ///< empty when the compaction failed
  std::vector<ContentBlock> tool_changes;  ///< ToolChangeBlocks of what was summarized
};

/// A block type this version does not know, or one that only Anthropic's own servers execute
/// (`server_tool_use`, `web_search_tool_result`, …). Kept whole so that nothing is lost silently.
struct OtherBlock {
  std::string_view type;
  std::string_view json;
};

struct ContentBlock {
  std::variant<TextBlock, ImageBlock, DocumentBlock, ToolUseBlock, ToolResultBlock, ThinkingBlock,
               RedactedThinkingBlock, SearchResultBlock, ToolReferenceBlock, ToolChangeBlock, CompactionBlock,
               OtherBlock>
      value;
  bool cache_control = false;  ///< the client put a cache breakpoint here
};

enum class Role : std::uint8_t { user, assistant, system };

struct Message {
  Role role = Role::user;
  std::vector<ContentBlock> content;        ///< a string becomes one TextBlock
  std::string_view effort;                  ///< a system message's `output_config.effort`; empty when absent
  bool clear_at_next_user_message = false;  ///< a system message's `clear_at`
  bool thinking_cleared = false;            ///< by an edit of the context: no earlier thinking goes back
};

struct ToolChoice {
  enum class Type : std::uint8_t { automatic, any, tool, none };
  Type type = Type::automatic;
  std::string_view name;  ///< for Type::tool
  bool disable_parallel_tool_use = false;
};

struct Thinking {
  enum class Type : std::uint8_t { adaptive, enabled, disabled };
  Type type = Type::adaptive;
  std::optional<std::int64_t> budget_tokens;
  bool omitted = false;  ///< `display: omitted`: its text is not shown
};

struct OutputConfig {
  std::string_view effort;  ///< in force: of the last system message that names one, else the request's own;
                            ///< empty when absent: low, medium, high, xhigh, max
  std::string_view schema_json;  ///< `format.schema` when `format.type` is json_schema; else empty
};

/// A parsed body of `POST /v1/messages` or `POST /v1/messages/count_tokens`.
struct MessagesRequest {
  std::string_view model;
  std::optional<std::int64_t> max_tokens;  ///< required for /v1/messages, absent for count_tokens
  std::vector<ContentBlock> system;        ///< a string becomes one TextBlock
  std::vector<Message> messages;
  std::vector<Tool> tools;
  std::optional<ToolChoice> tool_choice;
  std::optional<Thinking> thinking;
  OutputConfig output_config;
  std::vector<std::string_view> stop_sequences;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  /// The answer is to be a summary of the conversation, as a compaction block: the client's instructions,
  /// empty for the usual ones.
  std::optional<std::string_view> compaction;
  bool compaction_ignored = false;         ///< one that does not pause was due, and is not made
  bool manages_context = false;            ///< `context_management` is given
  std::vector<AppliedEdit> applied_edits;  ///< what it cleared
  /// `safeguards` of type dangerous_tool_use: the answer's tool calls are to be judged by the client's rules,
  /// its `classifier_context`, an object.
  std::optional<std::string_view> classifier_context_json;
  bool cache_control = false;                 ///< a cache breakpoint behind the last block
  std::string_view user_id;                   ///< `metadata.user_id`, empty when absent
  std::vector<std::string_view> mcp_servers;  ///< names of the MCP servers that Anthropic's own would call
  bool stream = false;
  std::vector<std::string_view>
      unknown_fields;  ///< top-level names this version does not know, for the debug log
};

/// What `parse` insists on beyond the common rules.
enum class Endpoint : std::uint8_t { messages, count_tokens };

/// Reads and validates a request body. Errors are `invalid_request` with the place first, in Anthropic's own
/// style: `messages.2.content.0.source.data: …`. Unknown fields and unknown block or tool types are accepted.
/// What compaction blocks and edits of
/// the context take out of the conversation is not in the result. Duplicate keys: the last one counts, but
/// for a block's `type` the first. `body` gains padding and must outlive the result, as must `reader`.
Result<MessagesRequest> parse(json::Reader& reader, std::string& body, Endpoint endpoint);

}  // namespace ccp::anthropic
