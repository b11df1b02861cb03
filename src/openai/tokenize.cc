#include "openai/tokenize.h"

#include <optional>

#include "json/writer.h"
#include "openai/read.h"

namespace ccp::openai {

namespace {

Result<std::int64_t> length(json::Value array) {
  std::int64_t elements = 0;
  const auto read = array.array([&](std::size_t, json::Value element) {
    ++elements;
    return element.skip();
  });
  if (!read) return std::unexpected(read.error());
  return elements;
}

}  // namespace

Result<std::int64_t> parse_token_count(json::Reader& reader, std::string& text) {
  std::optional<std::int64_t> count, listed;
  Unreadable unreadable;
  const auto parsed = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key == "count" && value.type() == json::Type::number)
        return at("count", read_side_count(value, "count", count, unreadable));
      if (key != "tokens" || value.type() != json::Type::array) return value.skip();
      const auto tokens = length(value);
      if (!tokens) return std::unexpected(tokens.error());
      listed = *tokens;
      return {};
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  if (!count) count = listed;
  if (!count || *count < 0)
    return upstream_error(ErrorKind::bad_gateway, "the answer has no count of tokens");
  return *count;
}

Result<std::string> parse_prompt(json::Reader& reader, std::string& text) {
  std::optional<std::string> prompt;
  const auto parsed = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key != "prompt" || !value.is_string()) return value.skip();
      std::string_view words;
      auto read = read_word(value, words);
      prompt = words;
      return read;
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  if (!prompt) return upstream_error(ErrorKind::bad_gateway, "the answer has no prompt");
  return std::move(*prompt);
}

void write_tokenize(std::string_view model, std::string_view prompt, std::string& out) {
  json::Writer(out)
      .begin_object()
      .field("model", model)
      .field("content", prompt)
      .key("add_special")
      .boolean(true)
      .key("parse_special")
      .boolean(true)
      .end_object();
}

}  // namespace ccp::openai
