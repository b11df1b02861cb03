#include <algorithm>

#include "demo/script.h"

namespace ccp::demo {

namespace {

/// One message, as far as the simulator cares.
struct Message {
  std::string role;
  std::string text;
  bool calls = false;
};

Result<void> assign(std::string& to, json::Value value) {
  if (!value.is_string()) return value.skip();
  const auto text = value.string();
  if (!text) return std::unexpected(text.error());
  to = *text;
  return {};
}

/// Of several texts the last that is not one of Claude Code's `<system-reminder>`s: what the user typed.
Result<void> read_content(std::string& to, json::Value value) {
  if (value.type() != json::Type::array) return assign(to, value);
  return value.array([&](std::size_t, json::Value part) {
    return part.object([&](std::string_view key, json::Value field) -> Result<void> {
      if (key != "text") return field.skip();
      std::string text;
      auto result = assign(text, field);
      if (to.empty() || !text.starts_with('<')) to = std::move(text);
      return result;
    });
  });
}

/// Claude Code names its folder in the system prompt, on a line that ends with "working directory: PATH".
std::string working_directory(std::string_view system) {
  constexpr std::string_view label = "orking directory: ";
  const auto at = system.find(label);
  if (at == std::string_view::npos) return {};
  const auto path = system.substr(at + label.size());
  return std::string(path.substr(0, path.find_first_of("\r\n")));
}

void take(Conversation& conversation, const Message& message) {
  conversation.last_is_tool_result = message.role == "tool";
  conversation.tool_was_called = conversation.tool_was_called || message.calls;
  if (message.role == "user") conversation.last_user = message.text;
  if (message.role == "tool") conversation.last_tool_result = message.text;
  if (message.role == "system" && conversation.working_directory.empty()) {
    conversation.working_directory = working_directory(message.text);
  }
}

Result<void> read_messages(Conversation& conversation, json::Value value) {
  return value.array([&](std::size_t, json::Value element) -> Result<void> {
    Message message;
    auto result = element.object([&](std::string_view key, json::Value field) {
      if (key == "role") return assign(message.role, field);
      if (key == "content") return read_content(message.text, field);
      message.calls = message.calls || key == "tool_calls";
      return field.skip();
    });
    if (result) take(conversation, message);
    return result;
  });
}

Result<void> read_tools(Conversation& conversation, json::Value value) {
  return value.array([&](std::size_t, json::Value tool) {
    return tool.object([&](std::string_view key, json::Value field) {
      if (key != "function") return field.skip();
      return field.object([&](std::string_view name, json::Value inner) {
        if (name != "name") return inner.skip();
        return assign(conversation.tools.emplace_back(), inner);
      });
    });
  });
}

/// response_format.json_schema.schema.properties: the names.
Result<void> read_schema(Conversation& conversation, json::Value value) {
  if (value.type() != json::Type::object) return value.skip();
  return value.object([&](std::string_view key, json::Value field) {
    if (key == "json_schema" || key == "schema") return read_schema(conversation, field);
    if (key != "properties") return field.skip();
    return field.object([&](std::string_view name, json::Value property) {
      conversation.schema_fields.emplace_back(name);
      return property.skip();
    });
  });
}

Result<void> read_limit(Conversation& conversation, json::Value value) {
  const auto limit = value.integer();
  if (!limit) return std::unexpected(limit.error());
  conversation.max_tokens = static_cast<std::size_t>(std::max<std::int64_t>(*limit, 1));
  return {};
}

Result<void> read_flag(bool& to, json::Value value) {
  const auto flag = value.boolean();
  if (!flag) return std::unexpected(flag.error());
  to = *flag;
  return {};
}

Result<void> read_field(Conversation& conversation, std::string_view key, json::Value value) {
  if (key == "model") return assign(conversation.model, value);
  if (key == "stream") return read_flag(conversation.stream, value);
  if (key == "messages") return read_messages(conversation, value);
  if (key == "tools") return read_tools(conversation, value);
  if (key == "response_format") return read_schema(conversation, value);
  if (key == "max_tokens" || key == "max_completion_tokens") return read_limit(conversation, value);
  if (key != "stream_options") return value.skip();
  return value.object([&](std::string_view name, json::Value field) {
    return name == "include_usage" ? read_flag(conversation.include_usage, field) : field.skip();
  });
}

}  // namespace

Result<Conversation> parse_conversation(json::Reader& reader, std::string& body) {
  Conversation conversation;
  conversation.prompt_bytes = body.size();
  auto result = reader.parse(body, [&](json::Value root) {
    return root.object(
        [&](std::string_view key, json::Value value) { return read_field(conversation, key, value); });
  });
  if (!result) return std::unexpected(std::move(result.error()));
  return conversation;
}

}  // namespace ccp::demo
