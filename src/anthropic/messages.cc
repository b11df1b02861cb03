#include "anthropic/messages.h"

#include <algorithm>
#include <array>

#include "anthropic/blocks.h"
#include "anthropic/context.h"
#include "anthropic/fields.h"
#include "anthropic/params.h"

namespace ccp::anthropic {

namespace {

using json::Value;

std::optional<Role> role_named(std::string_view name) {
  if (name == "user") return Role::user;
  if (name == "assistant") return Role::assistant;
  if (name == "system") return Role::system;
  return std::nullopt;
}

enum class Presence : std::uint8_t { absent, null, given };

/// The fields of a message beside its role and content; they say something in system messages only.
Result<void> read_message_field(std::string_view key, Value entry, Message& message) {
  if (key == "output_config") {
    OutputConfig config;
    auto read = read_output_config(entry, config);
    message.effort = config.effort;
    return read;
  }
  if (key != "clear_at") return entry.skip();
  std::string_view when;
  auto read = read_optional(entry, when);
  message.clear_at_next_user_message = when == "next_user_message";
  return read;
}

Result<void> check_message(const Message& message, Presence content) {
  const bool effort_only = message.role == Role::system && !message.effort.empty();
  if (content == Presence::absent && !effort_only) return missing("content");
  if (content == Presence::null && message.role != Role::assistant && !effort_only) {
    return within("content", invalid("expected a string or a list of content blocks"));
  }
  return {};
}

Result<void> read_message(Value value, Message& message) {
  std::optional<std::string_view> role;
  Presence content = Presence::absent;
  const auto walked = value.object([&](std::string_view key, Value entry) -> Result<void> {
    if (key == "role") return within(key, read(entry, role));
    if (key != "content") return within(key, read_message_field(key, entry, message));
    content = entry.is_null() ? Presence::null : Presence::given;
    message.content.clear();
    return within(key, entry.is_null() ? entry.skip() : read_content(entry, message.content));
  });
  if (!walked) return walked;
  if (!role) return missing("role");
  const auto known = role_named(*role);
  if (!known) return within("role", invalid("expected user, assistant or system"));
  message.role = *known;
  return check_message(message, content);
}

/// What is read, and what must be known beyond it to validate the whole.
struct Draft {
  MessagesRequest request;
  std::optional<std::string_view> model;
  bool has_messages = false;
  bool thread = false;
  std::string_view output_format_json;
  std::vector<ContextEdit> context_edits;
};

Result<void> read_messages(Value value, Draft& draft) {
  draft.has_messages = true;
  auto& messages = draft.request.messages;
  messages.clear();
  return value.array([&](std::size_t index, Value element) {
    return within(index, read_message(element, messages.emplace_back()));
  });
}

Result<void> read_max_tokens(Value value, Draft& draft) {
  auto& max_tokens = draft.request.max_tokens;
  max_tokens.reset();
  if (value.is_null()) return value.skip();
  if (auto result = read(value, max_tokens); !result) return result;
  if (*max_tokens < 0) return invalid("must be at least 0");
  return {};
}

Result<void> read_system(Value value, Draft& draft) {
  draft.request.system.clear();
  return value.is_null() ? value.skip() : read_content(value, draft.request.system);
}

template <class T>
Result<void> read_number(Value value, std::optional<T>& out) {
  out.reset();
  return value.is_null() ? value.skip() : read(value, out);
}

struct FieldReader {
  std::string_view name;
  Result<void> (*read)(Value, Draft&);
};

constexpr std::array field_readers{
    FieldReader{"model", [](Value v, Draft& d) { return read(v, d.model); }},
    FieldReader{"messages", read_messages},
    FieldReader{"system", read_system},
    FieldReader{"tools", [](Value v, Draft& d) { return read_tools(v, d.request.tools); }},
    FieldReader{"tool_choice", [](Value v, Draft& d) { return read_tool_choice(v, d.request.tool_choice); }},
    FieldReader{"max_tokens", read_max_tokens},
    FieldReader{
        "thinking",
        [](Value v, Draft& d) { return read_thinking(v, d.request.thinking, d.request.unknown_fields); }},
    FieldReader{"output_config",
                [](Value v, Draft& d) { return read_output_config(v, d.request.output_config); }},
    FieldReader{"output_format",
                [](Value v, Draft& d) { return read_output_format(v, d.output_format_json); }},
    FieldReader{"metadata", [](Value v, Draft& d) { return read_metadata(v, d.request.user_id); }},
    FieldReader{"context_management",
                [](Value v, Draft& d) {
                  d.request.manages_context = !v.is_null();
                  return read_context_management(v, d.context_edits, d.request.unknown_fields);
                }},
    FieldReader{"cache_control",
                [](Value v, Draft& d) {
                  d.request.cache_control = !v.is_null();
                  return v.skip();
                }},
    FieldReader{"compaction",
                [](Value v, Draft& d) { return read_compaction_request(v, d.request.compaction); }},
    FieldReader{"mcp_servers", [](Value v, Draft& d) { return read_mcp_servers(v, d.request.mcp_servers); }},
    FieldReader{"safeguards",
                [](Value v, Draft& d) { return read_safeguards(v, d.request.classifier_context_json); }},
    FieldReader{"thread",
                [](Value v, Draft& d) {
                  d.thread = !v.is_null();
                  return v.skip();
                }},
    FieldReader{"stop_sequences",
                [](Value v, Draft& d) { return read_stop_sequences(v, d.request.stop_sequences); }},
    FieldReader{"temperature", [](Value v, Draft& d) { return read_number(v, d.request.temperature); }},
    FieldReader{"top_p", [](Value v, Draft& d) { return read_number(v, d.request.top_p); }},
    FieldReader{"top_k", [](Value v, Draft& d) { return read_number(v, d.request.top_k); }},
    FieldReader{"stream", [](Value v, Draft& d) { return read_optional(v, d.request.stream); }},
};

/// Known, and without an equivalent in Chat Completions.
constexpr std::array<std::string_view, 9> ignored_fields{
    "service_tier",  "container", "betas",          "anthropic_beta", "anthropic_version",
    "inference_geo", "speed",     "fallback_model", "diagnostics"};

/// Unknown names kept for the log; a client may send any number of them.
constexpr std::size_t max_unknown_fields = 32;

Result<void> read_field(std::string_view key, Value value, Draft& draft) {
  for (const auto& reader : field_readers) {
    if (reader.name == key) return reader.read(value, draft);
  }
  auto& unknown = draft.request.unknown_fields;
  const bool ignored = std::ranges::find(ignored_fields, key) != ignored_fields.end();
  if (!ignored && unknown.size() < max_unknown_fields) unknown.push_back(key);
  return value.skip();
}

/// The documented refusal, on which the official SDKs send the whole conversation instead.
std::unexpected<Error> no_threads() {
  auto error = invalid("threads are not supported here: send the whole conversation, without thread");
  error.error().details = {.error_code = "thread_unsupported_request", .unsupported = "thread"};
  return error;
}

/// The effort in force: a system message that names one sets it from there on.
void settle_effort(MessagesRequest& request) {
  for (const auto& message : request.messages) {
    if (message.role == Role::system && !message.effort.empty()) {
      request.output_config.effort = message.effort;
    }
  }
}

Result<void> validate(Draft& draft, Endpoint endpoint) {
  auto& request = draft.request;
  if (draft.thread) return no_threads();
  settle_effort(request);
  if (!draft.model) return missing("model");
  if (draft.model->empty()) return within("model", invalid("must not be empty"));
  request.model = *draft.model;
  if (request.output_config.schema_json.empty()) request.output_config.schema_json = draft.output_format_json;
  if (endpoint == Endpoint::count_tokens) return {};
  if (!request.max_tokens) return missing("max_tokens");
  if (!draft.has_messages) return missing("messages");
  if (request.messages.empty()) return within("messages", invalid("at least one message is required"));
  return {};
}

}  // namespace

Result<MessagesRequest> parse(json::Reader& reader, std::string& body, Endpoint endpoint) {
  Draft draft;
  const auto read = reader.parse(body, [&](Value root) {
    return root.object(
        [&](std::string_view key, Value value) { return within(key, read_field(key, value, draft)); });
  });
  if (!read) return std::unexpected(located(read.error()));
  if (auto valid = validate(draft, endpoint); !valid) return std::unexpected(located(valid.error()));
  edit_context(draft.request, draft.context_edits);
  if (endpoint == Endpoint::count_tokens) draft.request.compaction.reset();
  return std::move(draft.request);
}

}  // namespace ccp::anthropic
