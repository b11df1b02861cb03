#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "translate/schema.h"
#include "translate/schema_rules.h"
#include "translate/schema_steps.h"

namespace ccp::translate {

namespace {

/// Definitions may refer to each other, and to themselves: beyond this a reference becomes any value.
constexpr std::size_t max_depth = 24;

/// Rewrites one schema. Every step takes a keyword that the dialect lacks and keeps as much of its meaning as
/// the dialect can say.
class Cleaner {
 public:
  Cleaner(const SchemaRules& rules, const Json& root) : rules_(rules), root_(root) {}

  Json root() {
    Json schema = clean(root_, 0);
    if (!schema.is_object()) schema = Json::object();
    if (rules_.plain_root) make_plain(schema);
    if (schema.contains("type") ? schema["type"] == "object" : schema.empty()) {
      if (!schema.contains("type")) schema["type"] = "object";
      if (!schema.contains("properties")) schema["properties"] = Json::object();
    }
    return schema;
  }

 private:
  Json clean(const Json& schema, std::size_t depth);
  void resolve_reference(Json& schema, std::size_t& depth) const;
  void merge_all_of(Json& schema) const;
  void drop_dangling(Json& schema) const;
  void clean_children(Json& schema, std::size_t depth);

  const SchemaRules& rules_;
  const Json& root_;
};

/// `#/a/b`: the place in the same document; null for any other reference.
const Json* place(const Json& root, const std::string& reference) {
  if (!reference.starts_with('#')) return nullptr;
  try {
    const Json::json_pointer pointer(reference.substr(1));
    return root.contains(pointer) ? &root.at(pointer) : nullptr;
  } catch (const Json::exception&) {
    return nullptr;
  }
}

void Cleaner::resolve_reference(Json& schema, std::size_t& depth) const {
  while (schema.is_object() && schema.contains("$ref") && schema["$ref"].is_string()) {
    const auto* target = place(root_, schema["$ref"].get<std::string>());
    schema.erase("$ref");
    if (target == nullptr || !target->is_object() || ++depth > max_depth) return;
    merge(schema, *target);
  }
}

void Cleaner::drop_dangling(Json& schema) const {
  const auto found = schema.find("$ref");
  if (found == schema.end()) return;
  const auto* target = found->is_string() ? place(root_, found->get<std::string>()) : nullptr;
  if (target == nullptr) schema.erase("$ref");
}

void Cleaner::merge_all_of(Json& schema) const {
  const auto found = schema.find("allOf");
  if (found == schema.end() || !found->is_array()) return;
  Json parts = std::move(*found);
  schema.erase("allOf");
  for (auto part : parts) {
    std::size_t depth = 0;
    resolve_reference(part, depth);
    if (part.is_object()) merge(schema, part);
  }
}

void Cleaner::clean_children(Json& schema, std::size_t depth) {
  for (auto& [key, value] : schema.items()) {
    if ((key == "properties" || key == "$defs" || key == "definitions") && value.is_object()) {
      for (auto& [name, property] : value.items()) property = clean(property, depth + 1);
    } else if ((key == "anyOf" || key == "oneOf" || key == "allOf") && value.is_array()) {
      for (auto& choice : value) choice = clean(choice, depth + 1);
    } else if (key == "items" && value.is_array()) {
      value = value.empty() ? Json::object() : clean(value.front(), depth + 1);
    } else if (key == "items" || (key == "additionalProperties" && value.is_object())) {
      value = clean(value, depth + 1);
    }
  }
}

Json Cleaner::clean(const Json& original, std::size_t depth) {
  if (!original.is_object() || depth > max_depth) return Json::object();  // `true` allows everything
  Json schema = original;
  if (rules_.inline_references) resolve_reference(schema, depth);
  if (rules_.known_references) drop_dangling(schema);
  if (rules_.known_types) drop_unknown_type(schema);
  make_lists_proper(schema);
  if (rules_.any_of_only) {
    merge_all_of(schema);
    rename_one_of(schema);
  }
  if (rules_.const_as_enum) set_const(schema);
  if (rules_.single_type) set_type(schema);
  if (rules_.text_enums) set_enum(schema);
  if (rules_.simple_patterns) drop_pattern(schema);
  for (const auto keyword : rules_.dropped) schema.erase(std::string(keyword));
  if (!rules_.allowed.empty()) keep_only(schema, rules_.allowed);
  if (!rules_.formats.empty() && schema.contains("format") &&
      !(schema["format"].is_string() && holds(rules_.formats, schema["format"].get<std::string>()))) {
    schema.erase("format");
  }
  if (rules_.items_needed && is_type(schema, "array") && !schema.contains("items")) {
    schema["items"] = rules_.dialect == SchemaDialect::gemini ? Json{{"type", "string"}} : Json::object();
  }
  if (rules_.typed_choices) move_type(schema);
  clean_children(schema, depth);
  if (rules_.any_of_only) join_choices(schema);
  if (rules_.known_required) set_required(schema);
  return schema;
}

}  // namespace

std::string cleaned_schema(std::string_view schema, SchemaDialect dialect) {
  const auto rules = std::ranges::find(schema_dialects, dialect, &SchemaRules::dialect);
  const auto root = Json::parse(schema, nullptr, false);
  if (rules == schema_dialects.end() || root.is_discarded()) return std::string(schema);
  return Cleaner(*rules, root).root().dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ccp::translate
