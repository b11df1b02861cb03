#include "openai/local_server.h"

#include <algorithm>

#include "openai/read.h"

namespace ccp::openai {

namespace {

/// A positive whole number, or 0: what else stands there is none of our business.
Result<void> read_tokens(json::Value value, std::int64_t& target) {
  if (value.type() != json::Type::number) return value.skip();
  const auto number = value.number();
  if (!number) return std::unexpected(number.error());
  if (*number >= 1 && *number < 1e12) target = static_cast<std::int64_t>(*number);
  return {};
}

std::string_view without_latest(std::string_view name) {
  constexpr std::string_view latest = ":latest";
  if (name.ends_with(latest)) name.remove_suffix(latest.size());
  return name;
}

Result<void> read_running(json::Value value, std::string_view model, std::int64_t& window) {
  if (value.type() != json::Type::object) return value.skip();
  std::string name;
  std::int64_t tokens = 0;
  auto read = value.object([&](std::string_view key, json::Value field) -> Result<void> {
    if (key == "context_length") return read_tokens(field, tokens);
    if (key != "name" || !field.is_string()) return field.skip();
    std::string_view text;
    auto got = read_word(field, text);
    name = text;
    return got;
  });
  if (read && without_latest(name) == without_latest(model)) window = tokens;
  return read;
}

/// `num_ctx                        8192`, a line among others.
std::int64_t num_ctx(std::string_view parameters) {
  constexpr std::string_view name = "num_ctx";
  constexpr std::int64_t most = 1'000'000'000;
  const auto at = parameters.find(name);
  if (at == std::string_view::npos) return 0;
  parameters.remove_prefix(at + name.size());
  parameters.remove_prefix(std::min(parameters.find_first_not_of(" \t\""), parameters.size()));
  std::int64_t tokens = 0;
  for (const char c : parameters) {
    if (c < '0' || c > '9' || tokens > most) break;
    tokens = tokens * 10 + (c - '0');
  }
  return tokens;
}

/// `{"qwen2.context_length": 32768, …}`: the architecture stands in front.
Result<void> read_model_info(json::Value value, std::int64_t& trained) {
  if (value.type() != json::Type::object) return value.skip();
  return value.object([&](std::string_view key, json::Value field) -> Result<void> {
    return key.ends_with(".context_length") ? read_tokens(field, trained) : field.skip();
  });
}

}  // namespace

Result<std::int64_t> parse_running_window(json::Reader& reader, std::string& text, std::string_view model) {
  std::int64_t window = 0;
  const auto parsed = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key != "models" || value.type() != json::Type::array) return value.skip();
      return value.array(
          [&](std::size_t, json::Value element) { return read_running(element, model, window); });
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  return window;
}

Result<ShownModel> parse_shown_model(json::Reader& reader, std::string& text) {
  ShownModel shown;
  const auto parsed = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key == "model_info") return read_model_info(value, shown.trained);
      if (key != "parameters" || !value.is_string()) return value.skip();
      std::string_view parameters;
      auto read = read_word(value, parameters);
      shown.num_ctx = num_ctx(parameters);
      return read;
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  return shown;
}

Result<std::int64_t> parse_props_window(json::Reader& reader, std::string& text) {
  std::int64_t window = 0;
  const auto parsed = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key != "default_generation_settings" || value.type() != json::Type::object) return value.skip();
      return value.object([&](std::string_view name, json::Value field) -> Result<void> {
        return name == "n_ctx" ? read_tokens(field, window) : field.skip();
      });
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  return window;
}

}  // namespace ccp::openai
