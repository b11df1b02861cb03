#include <algorithm>

#include "demo/script.h"

namespace ccp::demo {

namespace {

/// One message, as far as the simulator cares.
struct Message {
  std::string role;
  std::string text;
  std::string words;  ///< the user's own
  bool calls = false;
};

Result<void> assign(std::string& to, json::Value value) {
  if (!value.is_string()) return value.skip();
  const auto text = value.string();
  if (!text) return std::unexpected(text.error());
  to = *text;
  return {};
}

/// What Claude Code adds to the user's words: elements of these names, wherever they stand.
constexpr std::string_view added[] = {"system-reminder", "total_tokens", "local-command-caveat"};

/// Takes every `<name>…</name>` out of a text; one that is not closed goes to the end.
void take_out(std::string& text, std::string_view name) {
  const auto open = "<" + std::string(name) + ">";
  const auto close = "</" + std::string(name) + ">";
  for (std::size_t at = 0; (at = text.find(open, at)) != std::string::npos;) {
    const auto end = text.find(close, at);
    text.erase(at, end == std::string::npos ? end : end + close.size() - at);
  }
}

/// The user's own words in a text.
std::string own_words(std::string text) {
  for (const auto name : added) take_out(text, name);
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The text of a message; of several parts the last in which the user says something.
Result<void> read_content(Message& message, json::Value value) {
  if (value.type() != json::Type::array) {
    auto result = assign(message.text, value);
    message.words = own_words(message.text);
    return result;
  }
  return value.array([&](std::size_t, json::Value part) {
    return part.object([&](std::string_view key, json::Value field) -> Result<void> {
      if (key != "text") return field.skip();
      auto result = assign(message.text, field);
      if (auto words = own_words(message.text); !words.empty()) message.words = std::move(words);
      return result;
    });
  });
}

/// The tool by which Claude Code takes an answer in a fixed form (`--json-schema`, agent hooks).
constexpr std::string_view structured_output = "StructuredOutput";

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
  if (message.role == "user" && !message.words.empty()) conversation.last_user = message.words;
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
      if (key == "content") return read_content(message, field);
      message.calls = message.calls || key == "tool_calls";
      return field.skip();
    });
    if (result) take(conversation, message);
    return result;
  });
}

Result<void> read_function(Conversation& conversation, json::Value value) {
  std::string name;
  std::string parameters;
  auto result = value.object([&](std::string_view key, json::Value inner) -> Result<void> {
    if (key == "name") return assign(name, inner);
    if (key != "parameters") return inner.skip();
    const auto schema = inner.slice();
    if (!schema) return std::unexpected(schema.error());
    parameters = *schema;
    return {};
  });
  if (name == structured_output)
    conversation.structured_output = parameters.empty() ? "{}" : std::move(parameters);
  conversation.tools.push_back(std::move(name));
  return result;
}

Result<void> read_tools(Conversation& conversation, json::Value value) {
  return value.array([&](std::size_t, json::Value tool) {
    return tool.object([&](std::string_view key, json::Value field) {
      return key == "function" ? read_function(conversation, field) : field.skip();
    });
  });
}

/// response_format.json_schema.schema.
Result<void> read_schema(Conversation& conversation, json::Value value) {
  if (value.type() != json::Type::object) return value.skip();
  return value.object([&](std::string_view key, json::Value field) -> Result<void> {
    if (key == "json_schema") return read_schema(conversation, field);
    if (key != "schema") return field.skip();
    const auto schema = field.slice();
    if (!schema) return std::unexpected(schema.error());
    conversation.answer_schema = *schema;
    return {};
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
