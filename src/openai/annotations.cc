#include "openai/annotations.h"

#include "openai/read.h"

namespace ccp::openai {

namespace {

Result<void> read_citation(json::Value value, UrlCitation& citation) {
  if (value.type() != json::Type::object) return value.skip();
  return value.object([&citation](std::string_view key, json::Value field) -> Result<void> {
    if (!field.is_string()) return field.skip();
    if (key == "url") return read_word(field, citation.url);
    if (key == "title") return read_word(field, citation.title);
    return field.skip();
  });
}

Result<void> read_annotation(json::Value value, std::vector<UrlCitation>& out) {
  if (value.type() != json::Type::object) return value.skip();
  UrlCitation citation;
  auto read = value.object([&citation](std::string_view key, json::Value field) {
    return key == "url_citation" ? read_citation(field, citation) : field.skip();
  });
  if (!citation.url.empty()) out.push_back(citation);
  return read;
}

}  // namespace

Result<void> read_annotations(json::Value value, std::vector<UrlCitation>& out) {
  if (value.type() != json::Type::array) return value.skip();
  return value.array([&out](std::size_t, json::Value element) { return read_annotation(element, out); });
}

}  // namespace ccp::openai
