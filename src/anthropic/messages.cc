#include "anthropic/messages.h"

#include <algorithm>
#include <array>

#include "anthropic/blocks.h"
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

Result<void> read_message(Value value, Message& message) {
  std::optional<std::string_view> role;
  Presence content = Presence::absent;
  const auto walked = value.object([&](std::string_view key, Value entry) -> Result<void> {
    if (key == "role") return within(key, read(entry, role));
    if (key != "content") return within(key, entry.skip());
    content = entry.is_null() ? Presence::null : Presence::given;
    message.content.clear();
    return within(key, entry.is_null() ? entry.skip() : read_content(entry, message.content));
  });
  if (!walked) return walked;
  if (!role) return missing("role");
  const auto known = role_named(*role);
  if (!known) return within("role", invalid("expected user, assistant or system"));
  message.role = *known;
  if (content == Presence::absent) return missing("content");
  if (content == Presence::null && message.role != Role::assistant) {
    return within("content", invalid("expected a string or a list of content blocks"));
  }
  return {};
}

/// What is read, and what must be known beyond it to validate the whole.
struct Draft {
  MessagesRequest request;
  std::optional<std::string_view> model;
  bool has_messages = false;
  std::string_view output_format_json;
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
    FieldReader{"stop_sequences",
                [](Value v, Draft& d) { return read_stop_sequences(v, d.request.stop_sequences); }},
    FieldReader{"temperature", [](Value v, Draft& d) { return read_number(v, d.request.temperature); }},
    FieldReader{"top_p", [](Value v, Draft& d) { return read_number(v, d.request.top_p); }},
    FieldReader{"top_k", [](Value v, Draft& d) { return read_number(v, d.request.top_k); }},
    FieldReader{"stream", [](Value v, Draft& d) { return read_optional(v, d.request.stream); }},
};

/// Known, and without an equivalent in Chat Completions.
constexpr std::array<std::string_view, 12> ignored_fields{
    "cache_control",  "context_management", "service_tier",  "container", "mcp_servers",    "betas",
    "anthropic_beta", "anthropic_version",  "inference_geo", "speed",     "fallback_model", "diagnostics"};

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

Result<void> validate(Draft& draft, Endpoint endpoint) {
  auto& request = draft.request;
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
  return std::move(draft.request);
}

}  // namespace ccp::anthropic
