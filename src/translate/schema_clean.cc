#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "translate/schema.h"
#include "translate/schema_rules.h"

namespace ccp::translate {

namespace {

using Json = nlohmann::ordered_json;

/// Definitions may refer to each other, and to themselves: beyond this a reference becomes any value.
constexpr std::size_t max_depth = 24;
/// A grammar's repetitions.
constexpr std::int64_t max_repetition = 1000;

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
  void rename_one_of(Json& schema) const;
  void set_const(Json& schema) const;
  void set_type(Json& schema) const;
  void set_enum(Json& schema) const;
  void set_required(Json& schema) const;
  void drop_pattern(Json& schema) const;
  void keep_allowed(Json& schema) const;
  static void join_choices(Json& schema);
  static void move_type(Json& schema);
  void clean_children(Json& schema, std::size_t depth);
  static void make_plain(Json& schema);

  const SchemaRules& rules_;
  const Json& root_;
};

bool holds(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

/// What `more` says is added to `schema`; where both speak the first counts, but for properties and required,
/// which add up.
void merge(Json& schema, const Json& more) {
  for (const auto& [key, value] : more.items()) {
    if (!schema.contains(key)) {
      schema[key] = value;
    } else if (key == "properties" && value.is_object() && schema[key].is_object()) {
      for (const auto& [name, property] : value.items()) {
        if (!schema[key].contains(name)) schema[key][name] = property;
      }
    } else if (key == "required" && value.is_array() && schema[key].is_array()) {
      for (const auto& name : value) {
        if (std::ranges::find(schema[key], name) == schema[key].end()) schema[key].push_back(name);
      }
    }
  }
}

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

void Cleaner::rename_one_of(Json& schema) const {
  const auto found = schema.find("oneOf");
  if (found == schema.end()) return;
  if (!schema.contains("anyOf")) schema["anyOf"] = Json(*found);
  schema.erase("oneOf");
}

void Cleaner::set_const(Json& schema) const {
  const auto found = schema.find("const");
  if (found == schema.end()) return;
  if (!schema.contains("enum")) schema["enum"] = Json::array({Json(*found)});
  schema.erase("const");
}

void Cleaner::set_type(Json& schema) const {
  const auto found = schema.find("type");
  if (found == schema.end() || !found->is_array()) return;
  std::vector<Json> types;
  bool nullable = false;
  for (const auto& type : *found) {
    if (type == "null") {
      nullable = true;
    } else {
      types.push_back(type);
    }
  }
  if (types.empty()) types.emplace_back("string");
  if (types.size() == 1) {
    schema["type"] = types.front();
  } else {
    schema.erase("type");
    auto& choices = schema["anyOf"] = Json::array();
    for (auto& type : types) choices.push_back(Json{{"type", type}});
    for (const auto& [keyword, type] : {std::pair("items", "array"), std::pair("properties", "object")}) {
      const auto part = schema.find(keyword);
      if (part == schema.end()) continue;
      for (auto& choice : choices) {
        if (choice["type"] == type) choice[keyword] = *part;
      }
      schema.erase(keyword);
    }
  }
  if (nullable) schema["nullable"] = true;
}

void Cleaner::set_enum(Json& schema) const {
  const auto found = schema.find("enum");
  if (found == schema.end() || !found->is_array()) return;
  Json texts = Json::array();
  bool nullable = false;
  bool others = false;
  for (const auto& value : *found) {
    nullable = nullable || value.is_null();
    others = others || !(value.is_null() || value.is_string());
    if (value.is_string() && !value.get_ref<const std::string&>().empty()) texts.push_back(value);
  }
  if (nullable) schema["nullable"] = true;
  if (others || texts.empty()) {
    schema.erase("enum");
    return;
  }
  schema["enum"] = std::move(texts);
  if (!schema.contains("type")) schema["type"] = "string";
}

void Cleaner::set_required(Json& schema) const {
  const auto found = schema.find("required");
  if (found == schema.end()) return;
  Json known = Json::array();
  for (const auto& name : *found) {  // of a list; `"required": true`, as old drafts have it, names nothing
    const bool is_known = name.is_string() && schema.contains("properties") &&
                          schema["properties"].contains(name.get<std::string>());
    if (is_known) known.push_back(name);
  }
  if (known.empty()) {
    schema.erase("required");
  } else {
    schema["required"] = std::move(known);
  }
}

void Cleaner::drop_pattern(Json& schema) const {
  if (const auto found = schema.find("pattern"); found != schema.end()) {
    const std::string pattern = found->is_string() ? found->get<std::string>() : "";
    const bool anchored = pattern.starts_with('^') && pattern.ends_with('$');
    const bool special = pattern.find("(?") != std::string::npos ||
                         pattern.find("\\b") != std::string::npos || pattern.find("\\p") != std::string::npos;
    if (!anchored || special) schema.erase("pattern");
  }
  for (const auto* bound : {"minLength", "maxLength", "minItems", "maxItems"}) {
    const auto found = schema.find(bound);
    if (found != schema.end() && found->is_number() && found->get<double>() > max_repetition) {
      schema.erase(bound);
    }
  }
}

void Cleaner::keep_allowed(Json& schema) const {
  Json kept = Json::object();
  for (auto& [key, value] : schema.items()) {
    if (holds(rules_.allowed, key)) kept[key] = std::move(value);
  }
  schema = std::move(kept);
}

bool is_type(const Json& schema, std::string_view type) {
  return schema.is_object() && schema.contains("type") && schema["type"] == type;
}

bool is_enum_of_texts(const Json& choice) {
  return is_type(choice, "string") && choice.contains("enum") && choice["enum"].is_array();
}

/// `null` among the choices becomes `nullable`, a choice alone is none, and enums of texts become one: beside
/// `anyOf` Vertex takes nothing, and it knows no type null.
void Cleaner::join_choices(Json& schema) {
  const auto found = schema.find("anyOf");
  if (found == schema.end() || !found->is_array()) return;
  Json choices = Json::array();
  for (auto& choice : *found) {
    if (is_type(choice, "null")) {
      schema["nullable"] = true;
    } else {
      choices.push_back(choice);
    }
  }
  if (choices.size() > 1 && std::ranges::all_of(choices, is_enum_of_texts)) {
    Json one{{"type", "string"}, {"enum", Json::array()}};
    for (const auto& choice : choices)
      one["enum"].insert(one["enum"].end(), choice["enum"].begin(), choice["enum"].end());
    choices = Json::array({std::move(one)});
  }
  if (choices.size() > 1) {
    schema["anyOf"] = std::move(choices);
    return;
  }
  schema.erase("anyOf");
  if (!choices.empty()) merge(schema, choices.front());
}

void Cleaner::move_type(Json& schema) {
  const auto choices = schema.find("anyOf");
  if (choices == schema.end() || !choices->is_array() || !schema.contains("type")) return;
  for (auto& choice : *choices) {
    if (choice.is_object() && !choice.contains("type")) choice["type"] = schema["type"];
  }
  schema.erase("type");
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
  if (rules_.any_of_only) {
    merge_all_of(schema);
    rename_one_of(schema);
  }
  if (rules_.const_as_enum) set_const(schema);
  if (rules_.single_type) set_type(schema);
  if (rules_.text_enums) set_enum(schema);
  if (rules_.simple_patterns) drop_pattern(schema);
  for (const auto keyword : rules_.dropped) schema.erase(std::string(keyword));
  if (!rules_.allowed.empty()) keep_allowed(schema);
  if (!rules_.formats.empty() && schema.contains("format") &&
      !(schema["format"].is_string() && holds(rules_.formats, schema["format"].get<std::string>()))) {
    schema.erase("format");
  }
  const bool is_array = schema.contains("type") && schema["type"] == "array";
  if (rules_.items_needed && is_array && !schema.contains("items")) {
    schema["items"] = rules_.dialect == SchemaDialect::gemini ? Json{{"type", "string"}} : Json::object();
  }
  if (rules_.typed_choices) move_type(schema);
  clean_children(schema, depth);
  if (rules_.any_of_only) join_choices(schema);
  if (rules_.known_required) set_required(schema);
  return schema;
}

/// A choice at the root becomes one object with the properties of all: what only some choices require is
/// optional.
void Cleaner::make_plain(Json& schema) {
  for (const auto* keyword : {"anyOf", "oneOf", "allOf"}) {
    const auto found = schema.find(keyword);
    if (found == schema.end()) continue;
    Json choices = std::move(*found);
    schema.erase(keyword);
    for (auto choice : choices) {
      if (!choice.is_object()) continue;
      if (std::string_view(keyword) != "allOf") choice.erase("required");
      merge(schema, choice);
    }
    schema["type"] = "object";
  }
  for (const auto* keyword : {"enum", "not"}) schema.erase(keyword);
}

}  // namespace

std::string cleaned_schema(std::string_view schema, SchemaDialect dialect) {
  const auto rules = std::ranges::find(schema_dialects, dialect, &SchemaRules::dialect);
  const auto root = Json::parse(schema, nullptr, false);
  if (rules == schema_dialects.end() || root.is_discarded()) return std::string(schema);
  return Cleaner(*rules, root).root().dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ccp::translate
