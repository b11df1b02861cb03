#include "translate/markup_values.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "json/reader.h"
#include "json/writer.h"

namespace ccp::translate {

namespace {

/// What a parameter may be.
struct Types {
  bool known = false;
  bool string = false;
  bool boolean = false;

  void add(std::string_view type) {
    known = true;
    string = string || type == "string";
    boolean = boolean || type == "boolean";
  }
};

using AllTypes = std::map<std::string, Types, std::less<>>;

Result<void> read_types(json::Value value, Types& types);

Result<void> read_each(json::Value list, Types& types) {
  if (list.type() != json::Type::array) return list.skip();
  return list.array([&](std::size_t, json::Value element) { return read_types(element, types); });
}

Result<void> read_type_names(json::Value value, Types& types) {
  if (value.is_string()) {
    const auto text = value.string();
    if (!text) return std::unexpected(text.error());
    types.add(*text);
    return {};
  }
  if (value.type() != json::Type::array) return value.skip();
  return value.array([&](std::size_t, json::Value element) { return read_type_names(element, types); });
}

/// An `enum` without a type.
Result<void> read_values(json::Value value, Types& types) {
  if (value.type() != json::Type::array) return value.skip();
  return value.array([&](std::size_t, json::Value element) {
    types.add(element.is_string() ? "string" : "");
    return element.skip();
  });
}

Result<void> read_types(json::Value value, Types& types) {
  if (value.type() != json::Type::object) return value.skip();
  return value.object([&](std::string_view key, json::Value field) -> Result<void> {
    if (key == "type") return read_type_names(field, types);
    if (key == "enum") return read_values(field, types);
    if (key == "anyOf" || key == "oneOf") return read_each(field, types);
    return field.skip();
  });
}

AllTypes types_of(const MarkupTool& tool) {
  AllTypes all;
  json::Reader reader;
  std::string text = tool.schema_json;
  (void)reader.parse(text, [&](json::Value root) -> Result<void> {
    return root.object([&](std::string_view key, json::Value field) -> Result<void> {
      if (key != "properties" || field.type() != json::Type::object) return field.skip();
      return field.object([&](std::string_view name, json::Value property) {
        return read_types(property, all[std::string(name)]);
      });
    });
  });
  return all;
}

void write_value(const MarkupParameter& parameter, const Types& types, json::Writer& writer) {
  const auto bare = trimmed(parameter.value);
  const bool says_no_string = parameter.is_string && !*parameter.is_string;
  if (parameter.is_string.value_or(types.known && types.string)) {
    writer.string(parameter.value);
  } else if (types.boolean && !types.string &&
             (same_ignoring_case(bare, "true") || same_ignoring_case(bare, "false"))) {
    writer.raw(lower(bare));  // Python's True and False
  } else if ((says_no_string || !types.string) && is_json(bare)) {
    writer.raw(bare);
  } else {
    writer.string(parameter.value);
  }
}

}  // namespace

const MarkupTool* MarkupTools::find(std::string_view name) const {
  const auto found = std::ranges::find(tools, name, &MarkupTool::name);
  return found == tools.end() ? nullptr : &*found;
}

bool MarkupTools::begins_one(std::string_view name) const {
  return std::ranges::any_of(tools, [&](const MarkupTool& tool) { return tool.name.starts_with(name); });
}

std::shared_ptr<const MarkupTools> markup_tools(const Profile& profile, const openai::ChatRequest& chat) {
  const bool none = chat.tool_choice && chat.tool_choice->type == openai::ToolChoice::Type::none;
  if (profile.tool_markup == TextCalls::none || chat.tools.empty() || none) return nullptr;
  auto tools = std::make_shared<MarkupTools>();
  tools->bare_json = profile.tool_markup == TextCalls::json;
  for (const auto& tool : chat.tools) {
    tools->tools.push_back({std::string(tool.name.view()), std::string(tool.parameters_json.view())});
  }
  return tools;
}

std::string markup_input(const MarkupTool& tool, const std::vector<MarkupParameter>& parameters) {
  const auto types = types_of(tool);
  std::string input;
  json::Writer writer(input);
  writer.begin_object();
  for (auto parameter = parameters.begin(); parameter != parameters.end(); ++parameter) {
    const auto again = std::any_of(parameter + 1, parameters.end(),
                                   [&](const MarkupParameter& later) { return later.key == parameter->key; });
    if (again) continue;
    std::string key;
    json::escape(key, parameter->key);
    const auto type = types.find(parameter->key);
    writer.key(key);
    write_value(*parameter, type == types.end() ? Types() : type->second, writer);
  }
  writer.end_object();
  return input;
}

bool needs_input(const MarkupTool& tool) {
  bool needs = false;
  json::Reader reader;
  std::string text = tool.schema_json;
  (void)reader.parse(text, [&](json::Value root) -> Result<void> {
    return root.object([&](std::string_view key, json::Value field) -> Result<void> {
      if (key != "required" || field.type() != json::Type::array) return field.skip();
      return field.array([&](std::size_t, json::Value name) {
        needs = true;
        return name.skip();
      });
    });
  });
  return needs;
}

bool is_json(std::string_view text) {
  json::Reader reader;
  std::size_t values = 0;
  std::string list = "[" + std::string(text) + "]";  // a scalar alone is no document to the reader
  const auto read = reader.parse(list, [&](json::Value root) {
    return root.array([&](std::size_t, json::Value element) {
      ++values;
      return element.skip();
    });
  });
  return read.has_value() && values == 1;
}

}  // namespace ccp::translate
