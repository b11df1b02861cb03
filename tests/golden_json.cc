#include "golden_json.h"

#include <simdjson.h>

#include "json/reader.h"
#include "json/writer.h"

namespace ccp::golden {

namespace {

Result<std::string> canonical(json::Value value);

Result<Fields> canonical_fields(json::Value value) {
  Fields fields;
  auto walked = value.object([&](std::string_view key, json::Value member) -> Result<void> {
    const std::string name(key);
    auto text = canonical(member);
    if (!text) return std::unexpected(text.error());
    fields[name] = std::move(*text);
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  return fields;
}

Result<std::vector<std::string>> canonical_elements(json::Value value) {
  std::vector<std::string> list;
  auto walked = value.array([&](std::size_t, json::Value element) -> Result<void> {
    auto text = canonical(element);
    if (!text) return std::unexpected(text.error());
    list.push_back(std::move(*text));
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  return list;
}

Result<std::string> canonical_array(json::Value value) {
  const auto list = canonical_elements(value);
  if (!list) return std::unexpected(list.error());
  std::string out = "[";
  for (const auto& element : *list) out += (out.size() > 1 ? "," : "") + element;
  return out + "]";
}

Result<std::string> canonical(json::Value value) {
  switch (value.type()) {
    case json::Type::array:
      return canonical_array(value);
    case json::Type::object: {
      const auto object = canonical_fields(value);
      if (!object) return std::unexpected(object.error());
      return join(*object);
    }
    case json::Type::string: {
      const auto string = value.string();
      if (!string) return std::unexpected(string.error());
      return quote(*string);
    }
    default: {
      const auto scalar = value.slice();
      if (!scalar) return std::unexpected(scalar.error());
      return std::string(*scalar);
    }
  }
}

/// Reads a document with `read`.
template <class T>
Result<T> read_document(std::string_view json, Result<T> (*read)(json::Value)) {
  json::Reader reader;
  std::string copy(json);
  Result<T> result = internal_error("nothing was read");
  auto parsed = reader.parse(copy, [&](json::Value root) -> Result<void> {
    result = read(root);
    if (!result) return std::unexpected(result.error());
    return {};
  });
  if (!parsed) return std::unexpected(parsed.error());
  return result;
}

}  // namespace

std::string minify(std::string_view json) {
  std::string out(json.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t size = 0;
  if (simdjson::minify(json.data(), json.size(), out.data(), size)) return std::string(json);
  out.resize(size);
  return out;
}

std::string pretty(std::string_view minified) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t i = 0; i < minified.size(); ++i) {
    const char c = minified[i];
    const bool empty = i > 0 && (minified[i - 1] == '{' || minified[i - 1] == '[');
    if (in_string) {
      out += c;
      if (c == '\\') out += minified[++i];
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '}' || c == ']') {
      --depth;
      if (!empty) line();
    } else if (empty) {
      line();
    }
    out += c;
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == ',') line();
    if (c == ':') out += ' ';
  }
  return out + "\n";
}

Result<Fields> fields(std::string_view json) { return read_document(json, canonical_fields); }

Result<std::vector<std::string>> elements(std::string_view json) {
  return read_document(json, canonical_elements);
}

std::string join(const Fields& fields) {
  std::string out = "{";
  for (const auto& [name, value] : fields) out += (out.size() > 1 ? "," : "") + quote(name) + ":" + value;
  return out + "}";
}

std::string text(std::string_view canonical) {
  if (!canonical.starts_with('"')) return std::string(canonical);
  json::Reader reader;
  std::string document = "[" + std::string(canonical) + "]";
  std::string out;
  const auto parsed = reader.parse(document, [&](json::Value root) {
    return root.array([&](std::size_t, json::Value element) -> Result<void> {
      const auto string = element.string();
      if (!string) return std::unexpected(string.error());
      out = *string;
      return {};
    });
  });
  return parsed ? out : std::string(canonical);
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  json::escape(out, text);
  return out + "\"";
}

std::string text_of(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : text(found->second);
}

}  // namespace ccp::golden
