#include "translate/schema.h"

#include <fmt/format.h>

namespace ccp::translate {

namespace {

constexpr std::string_view empty_schema = R"({"type":"object","properties":{}})";

/// The position behind the string that begins at `at` (its opening quote).
std::size_t behind_string(std::string_view json, std::size_t at) {
  for (++at; json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

struct TopLevel {
  bool is_object_type = false;  ///< `"type":"object"`
  bool has_properties = false;
  bool is_empty = true;
};

/// Looks at the keys of the outermost object, no further than to its `properties`.
TopLevel look(std::string_view schema) {
  TopLevel found;
  int depth = 0;
  std::string_view key;
  for (std::size_t at = 0; at < schema.size() && !found.has_properties;) {
    const char c = schema[at];
    if (c == '"') {
      const auto end = behind_string(schema, at);
      const auto text = schema.substr(at + 1, end - at - 2);
      at = end;
      if (depth != 1) continue;
      found.is_empty = false;
      if (key.empty()) {
        key = text;
        found.has_properties = key == "properties";
      } else {
        found.is_object_type = found.is_object_type || (key == "type" && text == "object");
      }
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == ',' && depth == 1) key = {};
    ++at;
  }
  return found;
}

}  // namespace

openai::Text parameters(std::string_view schema) {
  if (schema.empty()) return empty_schema;
  const auto top = look(schema);
  if (top.is_empty) return empty_schema;
  if (top.has_properties || !top.is_object_type) return schema;
  return fmt::format(R"({},"properties":{{}}}})", schema.substr(0, schema.rfind('}')));
}

}  // namespace ccp::translate
