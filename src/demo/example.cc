#include "demo/example.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ccp::demo {

namespace {

using Json = nlohmann::ordered_json;

constexpr int most_levels = 16;
constexpr std::size_t most_elements = 8;
constexpr std::string_view words = "Demo conversation";

Json value_for(const Json& root, const Json& schema, int level);

/// The type a schema names, the first of several; else what its keywords suggest.
std::string type_of(const Json& schema) {
  const auto type = schema.find("type");
  if (type != schema.end() && type->is_string()) return type->get<std::string>();
  if (type != schema.end() && type->is_array() && !type->empty() && type->front().is_string())
    return type->front().get<std::string>();
  if (schema.contains("properties")) return "object";
  return schema.contains("items") ? "array" : "string";
}

std::size_t bound(const Json& schema, const char* name, std::size_t fallback) {
  const auto found = schema.find(name);
  return found != schema.end() && found->is_number_unsigned() ? found->get<std::size_t>() : fallback;
}

Json object_for(const Json& root, const Json& schema, int level) {
  Json object = Json::object();
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object()) return object;
  for (const auto& [name, property] : properties->items())
    object[name] = value_for(root, property, level + 1);
  return object;
}

Json array_for(const Json& root, const Json& schema, int level) {
  Json array = Json::array();
  const auto items = schema.find("items");
  const auto count = std::min(bound(schema, "minItems", 1), most_elements);
  for (std::size_t i = 0; i < count && items != schema.end(); ++i) {
    array.push_back(value_for(root, *items, level + 1));
  }
  return array;
}

std::string text_for(const Json& schema) {
  std::string text(words.substr(0, bound(schema, "maxLength", words.size())));
  const auto least = std::min<std::size_t>(bound(schema, "minLength", 0), 1000);
  if (text.size() < least) text.resize(least, '.');
  return text;
}

/// The schema itself, or what its `$ref` into the same document or its first alternative is.
const Json* resolved(const Json& root, const Json& schema) {
  if (!schema.is_object()) return nullptr;
  const auto reference = schema.find("$ref");
  if (reference != schema.end() && reference->is_string()) {
    const auto text = reference->get<std::string>();
    if (!text.starts_with("#/")) return nullptr;
    try {
      return &root.at(Json::json_pointer(text.substr(1)));
    } catch (const Json::exception&) {
      return nullptr;
    }
  }
  for (const char* const choice : {"anyOf", "oneOf", "allOf"}) {
    const auto found = schema.find(choice);
    if (found != schema.end() && found->is_array() && !found->empty()) return &found->front();
  }
  return &schema;
}

Json value_for(const Json& root, const Json& schema, int level) {
  const Json* const found = level < most_levels ? resolved(root, schema) : nullptr;
  if (found == nullptr || !found->is_object()) return nullptr;
  if (found != &schema) return value_for(root, *found, level + 1);
  if (schema.contains("const")) return schema["const"];
  const auto allowed = schema.find("enum");
  if (allowed != schema.end() && allowed->is_array() && !allowed->empty()) return allowed->front();
  const auto type = type_of(schema);
  if (type == "object") return object_for(root, schema, level);
  if (type == "array") return array_for(root, schema, level);
  if (type == "boolean") return true;
  if (type == "null") return nullptr;
  if (type != "number" && type != "integer") return text_for(schema);
  const auto least = schema.find("minimum");
  return least != schema.end() && least->is_number() ? *least : Json(1);
}

}  // namespace

std::string example(std::string_view schema) {
  const auto root = Json::parse(schema, nullptr, false);
  if (!root.is_object()) return "{}";
  return value_for(root, root, 0).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ccp::demo
