#include "anthropic/params.h"

#include "anthropic/fields.h"

namespace ccp::anthropic {

namespace {

using json::Value;

/// Walks an optional object's fields; null counts as absent.
template <class Field>
Result<void> walk_optional(Value value, Field field) {
  if (value.is_null()) return value.skip();
  return value.object([&](std::string_view key, Value entry) { return within(key, field(key, entry)); });
}

std::optional<ToolChoice::Type> tool_choice_type(std::string_view type) {
  if (type == "auto") return ToolChoice::Type::automatic;
  if (type == "any") return ToolChoice::Type::any;
  if (type == "tool") return ToolChoice::Type::tool;
  if (type == "none") return ToolChoice::Type::none;
  return std::nullopt;
}

}  // namespace

Result<void> read_tool(Value value, Tool& tool) {
  if (value.type() != json::Type::object) return invalid("expected an object");
  const auto walked = walk_optional(value, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "type") return read_optional(entry, tool.type);
    if (key == "name") return read_optional(entry, tool.name);
    if (key == "description") return read_optional(entry, tool.description);
    if (key == "defer_loading") return read_optional(entry, tool.defer_loading);
    if (key == "allowed_domains") return read_list_slice(entry, tool.allowed_domains_json);
    if (key == "blocked_domains") return read_list_slice(entry, tool.blocked_domains_json);
    if (key == "input_examples") return read_list_slice(entry, tool.input_examples_json);
    if (key == "display_width_px") return read_optional(entry, tool.display_width_px);
    if (key == "display_height_px") return read_optional(entry, tool.display_height_px);
    return key == "input_schema" ? read_object_slice(entry, tool.input_schema_json) : entry.skip();
  });
  if (!walked) return walked;
  const bool custom = tool.type.empty() || tool.type == "custom" || !tool.input_schema_json.empty();
  if (custom && tool.name.empty()) return missing("name");
  return {};
}

Result<void> read_tools(Value value, std::vector<Tool>& out) {
  out.clear();
  if (value.is_null()) return value.skip();
  return value.array([&](std::size_t index, Value element) {
    return within(index, read_tool(element, out.emplace_back()));
  });
}

Result<void> read_tool_choice(Value value, std::optional<ToolChoice>& out) {
  out.reset();
  if (value.is_null()) return value.skip();
  ToolChoice choice;
  std::optional<std::string_view> type;
  const auto walked = walk_optional(value, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "type") return read(entry, type);
    if (key == "name") return read_optional(entry, choice.name);
    return key == "disable_parallel_tool_use" ? read_optional(entry, choice.disable_parallel_tool_use)
                                              : entry.skip();
  });
  if (!walked) return walked;
  if (!type) return missing("type");
  const auto known = tool_choice_type(*type);
  if (!known) return within("type", invalid("expected auto, any, tool or none"));
  choice.type = *known;
  if (choice.type == ToolChoice::Type::tool && choice.name.empty()) return missing("name");
  out = choice;
  return {};
}

Result<void> read_thinking(Value value, std::optional<Thinking>& out,
                           std::vector<std::string_view>& unknown_fields) {
  out.reset();
  if (value.is_null()) return value.skip();
  std::optional<std::string_view> type;
  std::optional<std::int64_t> budget;
  std::string_view display;
  const auto walked = walk_optional(value, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "type") return read(entry, type);
    if (key == "display") return read_optional(entry, display);
    if (key != "budget_tokens") return entry.skip();
    budget.reset();
    return entry.is_null() ? entry.skip() : read(entry, budget);
  });
  if (!walked) return walked;
  if (!type) return missing("type");
  const bool omitted = display == "omitted";
  if (*type == "adaptive" || *type == "between_tools") {
    out = Thinking{Thinking::Type::adaptive, budget, omitted};
  } else if (*type == "enabled") {
    out = Thinking{Thinking::Type::enabled, budget, omitted};
  } else if (*type == "disabled") {
    out = Thinking{Thinking::Type::disabled, budget};
  } else {
    unknown_fields.push_back("thinking.type");
  }
  return {};
}

Result<void> read_output_config(Value value, OutputConfig& out) {
  out = {};
  return walk_optional(value, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "effort") return read_optional(entry, out.effort);
    return key == "format" ? read_output_format(entry, out.schema_json) : entry.skip();
  });
}

Result<void> read_output_format(Value value, std::string_view& out) {
  out = {};
  std::string_view type, schema;
  const auto walked = walk_optional(value, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "type") return read_optional(entry, type);
    return key == "schema" ? read_object_slice(entry, schema) : entry.skip();
  });
  if (!walked || type != "json_schema") return walked;
  if (schema.empty()) return missing("schema");
  out = schema;
  return {};
}

Result<void> read_metadata(Value value, std::string_view& user_id) {
  user_id = {};
  return walk_optional(value, [&](std::string_view key, Value entry) -> Result<void> {
    return key == "user_id" ? read_optional(entry, user_id) : entry.skip();
  });
}

Result<void> read_compaction_request(Value value, std::optional<std::string_view>& instructions) {
  instructions.reset();
  if (value.is_null()) return value.skip();
  auto& words = instructions.emplace();
  return value.object([&](std::string_view key, Value entry) {
    return within(key, key == "instructions" ? read_optional(entry, words) : entry.skip());
  });
}

Result<void> read_mcp_servers(Value value, std::vector<std::string_view>& out) {
  out.clear();
  if (value.is_null()) return value.skip();
  return value.array([&](std::size_t index, Value element) -> Result<void> {
    auto& name = out.emplace_back();
    return within(index, walk_optional(element, [&](std::string_view key, Value entry) -> Result<void> {
                    return key == "name" ? read_optional(entry, name) : entry.skip();
                  }));
  });
}

Result<void> read_safeguards(Value value, std::optional<std::string_view>& classifier_context) {
  classifier_context.reset();
  if (value.type() != json::Type::array) return value.skip();
  return value.array([&](std::size_t, Value element) -> Result<void> {
    if (element.type() != json::Type::object) return element.skip();
    std::string_view type, context = "{}";
    const auto walked = element.object([&](std::string_view key, Value entry) -> Result<void> {
      if (key == "type" && entry.is_string()) return read(entry, type);
      const bool given = key == "classifier_context" && entry.type() == json::Type::object;
      return given ? read_object_slice(entry, context) : entry.skip();
    });
    if (type == "dangerous_tool_use") classifier_context = context;
    return walked;
  });
}

Result<void> read_stop_sequences(Value value, std::vector<std::string_view>& out) {
  out.clear();
  if (value.is_null()) return value.skip();
  return value.array(
      [&](std::size_t index, Value element) { return within(index, read(element, out.emplace_back())); });
}

}  // namespace ccp::anthropic
