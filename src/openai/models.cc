#include "openai/models.h"

#include <algorithm>
#include <array>

#include "openai/read.h"

namespace ccp::openai {

namespace {

bool tells_window(std::string_view key) {
  static constexpr std::array<std::string_view, 4> keys = {"context_length", "context_window",
                                                           "max_model_len", "max_context_length"};
  return std::ranges::find(keys, key) != keys.end();
}

/// A positive number, or nothing: what else stands there is none of our business.
Result<void> read_count(json::Value value, std::int64_t& target) {
  if (value.type() != json::Type::number) return value.skip();
  const auto number = value.number();
  if (!number) return std::unexpected(number.error());
  if (*number >= 1 && *number < 1e12) target = static_cast<std::int64_t>(*number);
  return {};
}

/// `{"n_ctx": 4096, "n_ctx_train": 32768, …}`: what a conversation gets, not what the model was trained for.
Result<void> read_meta(json::Value value, std::int64_t& window) {
  if (value.type() != json::Type::object) return value.skip();
  return value.object([&](std::string_view key, json::Value field) -> Result<void> {
    return key == "n_ctx" ? read_count(field, window) : field.skip();
  });
}

Result<void> read_text(json::Value value, std::string& target) {
  std::string_view text;
  auto read = read_word(value, text);
  target = text;
  return read;
}

Result<void> read_model(json::Value value, std::vector<Model>& models) {
  if (value.type() != json::Type::object) return value.skip();
  Model model;
  auto read = value.object([&](std::string_view key, json::Value field) -> Result<void> {
    if (key == "id" && field.is_string()) return read_text(field, model.id);
    if (key == "owned_by" && field.is_string()) return read_text(field, model.owned_by);
    if (key == "created") return read_count(field, model.created);
    if (key == "meta") return read_meta(field, model.context_window);
    if (tells_window(key)) return read_count(field, model.context_window);
    return field.skip();
  });
  if (read && !model.id.empty() && models.size() < max_models) models.push_back(std::move(model));
  return read;
}

Result<void> read_list(json::Value value, std::vector<Model>& models) {
  return value.array([&](std::size_t, json::Value element) { return read_model(element, models); });
}

}  // namespace

Result<std::vector<Model>> parse_models(json::Reader& reader, std::string& text) {
  std::vector<Model> models;
  bool found = false;
  const auto parsed = reader.parse(text, [&](json::Value root) -> Result<void> {
    if (root.type() == json::Type::array) {
      found = true;
      return read_list(root, models);
    }
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key != "data" || value.type() != json::Type::array) return value.skip();
      found = true;
      return read_list(value, models);
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  if (!found) return upstream_error(ErrorKind::bad_gateway, "the answer is no list of models");
  return models;
}

}  // namespace ccp::openai
