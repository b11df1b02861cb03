#include "translate/schema_steps.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ccp::translate {

namespace {

/// A grammar's repetitions.
constexpr std::int64_t max_repetition = 1000;

constexpr std::string_view json_types[] = {"object",  "array",   "string", "number",
                                           "integer", "boolean", "null"};

/// Four digits in a row are more repetitions than a grammar takes.
bool has_large_number(std::string_view pattern) {
  std::size_t digits = 0;
  for (const char c : pattern) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 4) return true;
  }
  return false;
}

/// Anchored at both ends, without an escape, a look-around or a large repetition: what every grammar holds.
bool is_plain(std::string_view pattern) {
  const bool anchored = pattern.size() >= 2 && pattern.starts_with('^') && pattern.ends_with('$');
  const bool special = pattern.contains('\\') || pattern.contains("(?") || pattern.contains("[[:") ||
                       has_large_number(pattern);
  return anchored && !special;
}

bool is_enum_of_texts(const Json& choice) {
  return is_type(choice, "string") && choice.contains("enum") && choice["enum"].is_array();
}

}  // namespace

bool holds(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

bool is_type(const Json& schema, std::string_view type) {
  return schema.is_object() && schema.contains("type") && schema["type"] == type;
}

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

void rename_one_of(Json& schema) {
  const auto found = schema.find("oneOf");
  if (found == schema.end()) return;
  if (!schema.contains("anyOf")) schema["anyOf"] = Json(*found);
  schema.erase("oneOf");
}

void set_const(Json& schema) {
  const auto found = schema.find("const");
  if (found == schema.end()) return;
  if (!schema.contains("enum")) schema["enum"] = Json::array({Json(*found)});
  schema.erase("const");
}

void set_type(Json& schema) {
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
    Json choices = Json::array();
    for (auto& type : types) choices.push_back(Json{{"type", type}});
    for (const auto& [keyword, type] : {std::pair("items", "array"), std::pair("properties", "object")}) {
      const auto part = schema.find(keyword);
      if (part == schema.end()) continue;
      for (auto& choice : choices) {
        if (choice["type"] == type) choice[keyword] = *part;
      }
      schema.erase(keyword);
    }
    schema["anyOf"] = std::move(choices);
  }
  if (nullable) schema["nullable"] = true;
}

void set_enum(Json& schema) {
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

void set_required(Json& schema) {
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

void drop_unknown_type(Json& schema) {
  const auto found = schema.find("type");
  if (found == schema.end()) return;
  const auto unknown = [](const Json& type) {
    return !type.is_string() || !holds(json_types, type.get_ref<const std::string&>());
  };
  const bool wrong = found->is_array() ? std::ranges::any_of(*found, unknown) : unknown(*found);
  if (wrong) schema.erase("type");
}

void make_lists_proper(Json& schema) {
  for (const auto* keyword : {"properties", "required"}) {
    if (const auto found = schema.find(keyword); found != schema.end() && found->is_null())
      schema.erase(keyword);
  }
  const auto found = schema.find("required");
  if (found == schema.end() || !found->is_array()) return;
  Json once = Json::array();
  for (const auto& name : *found) {
    if (std::ranges::find(once, name) == once.end()) once.push_back(name);
  }
  *found = std::move(once);
}

void drop_pattern(Json& schema) {
  if (const auto found = schema.find("pattern"); found != schema.end()) {
    const std::string pattern = found->is_string() ? found->get<std::string>() : "";
    if (!is_plain(pattern)) schema.erase("pattern");
  }
  for (const auto* bound : {"minLength", "maxLength", "minItems", "maxItems"}) {
    const auto found = schema.find(bound);
    if (found != schema.end() && found->is_number() && found->get<double>() > max_repetition) {
      schema.erase(bound);
    }
  }
}

void keep_only(Json& schema, std::span<const std::string_view> keywords) {
  Json kept = Json::object();
  for (auto& [key, value] : schema.items()) {
    if (holds(keywords, key)) kept[key] = std::move(value);
  }
  schema = std::move(kept);
}

void move_type(Json& schema) {
  const auto choices = schema.find("anyOf");
  if (choices == schema.end() || !choices->is_array() || !schema.contains("type")) return;
  for (auto& choice : *choices) {
    if (choice.is_object() && !choice.contains("type")) choice["type"] = schema["type"];
  }
  schema.erase("type");
}

void join_choices(Json& schema) {
  const auto found = schema.find("anyOf");
  if (found == schema.end() || !found->is_array()) return;
  Json choices = Json::array();
  for (auto& choice : *found) {
    if (!is_type(choice, "null")) choices.push_back(choice);
  }
  if (choices.size() < found->size()) schema["nullable"] = true;  // `found` ends here
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

void make_plain(Json& schema) {
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

}  // namespace ccp::translate
