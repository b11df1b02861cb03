#include "translate/tool_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ccp::translate {

namespace {

using Json = nlohmann::ordered_json;

/// Deeper schemas are cut; the count stays a count.
constexpr int max_depth = 12;

void add_type(const Json& schema, int depth, std::string& out);

void add_comment(const Json& schema, std::string& out) {
  if (const auto found = schema.find("description"); found != schema.end() && found->is_string()) {
    out.append("// ").append(found->get_ref<const std::string&>()).append("\n");
  }
}

bool is_required(const Json& schema, const std::string& name) {
  const auto found = schema.find("required");
  if (found == schema.end() || !found->is_array()) return false;
  return std::any_of(found->begin(), found->end(), [&](const Json& one) { return one == name; });
}

void add_properties(const Json& schema, int depth, std::string& out) {
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object()) return;
  for (const auto& [name, property] : properties->items()) {
    if (property.is_object()) add_comment(property, out);
    out.append(name).append(is_required(schema, name) ? ": " : "?: ");
    add_type(property, depth + 1, out);
    out.append(",\n");
  }
}

/// Alternatives with a bar between them.
template <class Add>
void add_choices(const Json& list, std::string& out, Add add) {
  bool first = true;
  for (const auto& one : list) {
    if (!first) out.append(" | ");
    first = false;
    add(one);
  }
}

void add_object(const Json& schema, int depth, std::string& out) {
  if (!schema.contains("properties")) {
    out.append("object");
    return;
  }
  out.append("{\n");
  add_properties(schema, depth, out);
  out.append("}");
}

void add_array(const Json& schema, int depth, std::string& out) {
  if (schema.contains("items")) {
    add_type(schema["items"], depth + 1, out);
  } else {
    out.append("any");
  }
  out.append("[]");
}

void add_type(const Json& schema, int depth, std::string& out) {
  if (!schema.is_object() || depth > max_depth) {
    out.append("any");
    return;
  }
  if (const auto values = schema.find("enum"); values != schema.end() && values->is_array()) {
    return add_choices(*values, out, [&](const Json& value) {
      out.append(value.dump(-1, ' ', false, Json::error_handler_t::replace));
    });
  }
  for (const auto* key : {"anyOf", "oneOf"}) {
    if (const auto choices = schema.find(key); choices != schema.end() && choices->is_array()) {
      return add_choices(*choices, out, [&](const Json& choice) { add_type(choice, depth + 1, out); });
    }
  }
  const auto type = schema.find("type");
  const auto name = type != schema.end() && type->is_string() ? type->get<std::string>() : "any";
  if (name == "object") return add_object(schema, depth, out);
  if (name == "array") return add_array(schema, depth, out);
  out.append(name == "integer" ? "number" : name);
}

}  // namespace

std::string tool_text(std::string_view name, std::string_view description, std::string_view schema) {
  std::string out;
  if (!description.empty()) out.append("// ").append(description).append("\n");
  out.append("type ").append(name).append(" = (");
  const auto json = Json::parse(schema, nullptr, false);
  if (json.is_object() && json.contains("properties") && !json["properties"].empty()) {
    out.append("_: {\n");
    add_properties(json, 0, out);
    out.append("}");
  }
  return out.append(") => any;\n\n");
}

}  // namespace ccp::translate
