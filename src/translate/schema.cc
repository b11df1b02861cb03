#include "translate/schema.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <unordered_map>

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
  bool null_properties = false;  ///< `"properties":null`, which nobody takes
  bool is_empty = true;
};

/// Whether the value behind the key that ends at `at` is null.
bool is_null_behind(std::string_view json, std::size_t at) {
  at = json.find_first_not_of(" \t\r\n:", at);
  return at != std::string_view::npos && json.substr(at).starts_with("null");
}

/// Looks at the keys of the outermost object, no further than to its `properties`.
TopLevel look(std::string_view schema) {
  TopLevel found;
  int depth = 0;
  std::string_view key;
  for (std::size_t at = 0; at < schema.size() && !found.has_properties && !found.null_properties;) {
    const char c = schema[at];
    if (c == '"') {
      const auto end = behind_string(schema, at);
      const auto text = schema.substr(at + 1, end - at - 2);
      at = end;
      if (depth != 1) continue;
      found.is_empty = false;
      if (key.empty()) {
        key = text;
        found.has_properties = key == "properties" && !is_null_behind(schema, at);
        found.null_properties = key == "properties" && !found.has_properties;
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

/// Cleaned schemas of one thread: a client sends the same tools with every request.
class Memo {
 public:
  const std::string& cleaned(std::string_view schema, SchemaDialect dialect) {
    auto& known = known_[dialect];
    if (const auto found = known.find(schema); found != known.end()) return found->second;
    if (bytes_ > max_bytes) forget();
    auto result = cleaned_schema(schema, dialect);
    bytes_ += schema.size() + result.size();
    return known.emplace(std::string(schema), std::move(result)).first->second;
  }

 private:
  static constexpr std::size_t max_bytes = std::size_t{4} << 20;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void forget() {
    for (auto& [dialect, known] : known_) known.clear();
    bytes_ = 0;
  }

  std::map<SchemaDialect, std::unordered_map<std::string, std::string, Hash, std::equal_to<>>> known_;
  std::size_t bytes_ = 0;
};

}  // namespace

openai::Text parameters(std::string_view schema, SchemaDialect dialect) {
  if (schema.empty()) return empty_schema;
  if (dialect != SchemaDialect::as_is) {
    thread_local Memo memo;
    return memo.cleaned(schema, dialect);
  }
  const auto top = look(schema);
  if (top.null_properties) return parameters(schema, SchemaDialect::openai);
  if (top.is_empty) return empty_schema;
  if (top.has_properties || !top.is_object_type) return schema;
  return fmt::format(R"({},"properties":{{}}}})", schema.substr(0, schema.rfind('}')));
}

}  // namespace ccp::translate
