#include <algorithm>
#include <nlohmann/json.hpp>

#include "translate/schema.h"

namespace ccp::translate {

namespace {

using Json = nlohmann::ordered_json;

bool strict(const Json& schema) {
  if (!schema.is_object()) return false;
  for (const auto* keyword :
       {"allOf", "oneOf", "not", "if", "dependentRequired", "dependentSchemas", "patternProperties",
        "propertyNames", "prefixItems", "contains", "uniqueItems", "minLength", "maxLength"}) {
    if (schema.contains(keyword)) return false;
  }
  if (schema.contains("properties")) {
    const auto& properties = schema["properties"];
    const auto required = schema.value("required", Json::array());
    if (!properties.is_object() || schema.value("additionalProperties", Json()) != false) return false;
    for (const auto& [name, property] : properties.items()) {
      if (std::ranges::find(required, Json(name)) == required.end() || !strict(property)) return false;
    }
  } else if (schema.contains("type") && schema["type"] == "object") {
    return false;
  }
  for (const auto* list : {"anyOf", "$defs", "definitions"}) {
    if (!schema.contains(list)) continue;
    for (const auto& inner : schema[list]) {
      if (!strict(inner)) return false;
    }
  }
  return !schema.contains("items") || strict(schema["items"]);
}

}  // namespace

bool fits_strict_mode(std::string_view schema) {
  const auto root = Json::parse(schema, nullptr, false);
  return !root.is_discarded() && root.contains("properties") && strict(root);
}

}  // namespace ccp::translate
