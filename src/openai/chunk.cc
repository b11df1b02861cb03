#include "openai/chunk.h"

#include <algorithm>

#include "base/ascii.h"
#include "openai/delta.h"
#include "openai/error_fields.h"
#include "openai/read.h"

namespace ccp::openai {

namespace {

using json::Type;
using json::Value;

Result<void> read_prompt_details(Value value, Usage& usage) {
  if (value.type() != Type::object) return value.skip();
  return value.object([&usage](std::string_view key, Value field) -> Result<void> {
    if (key == "cached_tokens") return at(key, read_integer(field, usage.cached_tokens));
    if (key == "cache_write_tokens") return at(key, read_integer(field, usage.cache_write_tokens));
    return field.skip();
  });
}

Result<void> read_usage_field(std::string_view key, Value field, Usage& usage) {
  if (key == "prompt_tokens") return at(key, read_integer(field, usage.prompt_tokens));
  if (key == "completion_tokens") return at(key, read_integer(field, usage.completion_tokens));
  if (key == "prompt_tokens_details") return at(key, read_prompt_details(field, usage));
  if ((key == "prompt_cache_hit_tokens" || key == "cached_tokens") && !usage.cached_tokens)
    return at(key, read_integer(field, usage.cached_tokens));
  return field.skip();
}

Result<void> read_usage(Value value, Chunk& chunk) {
  if (value.is_null()) return value.skip();
  auto& usage = chunk.usage.emplace();
  return value.object(
      [&usage](std::string_view key, Value field) { return read_usage_field(key, field, usage); });
}

Result<void> read_error(Value value, Chunk& chunk) {
  if (value.is_null() || value.type() == Type::boolean) return value.skip();
  ErrorFields fields;
  if (auto result = fields.read(value); !result) return result;
  auto body = fields.take();
  if (body.message.empty()) body.message = "an error without a message";
  chunk.error = std::move(body);
  return {};
}

/// A choice while it is read.
struct Choice {
  Chunk& chunk;
  std::string_view preferred;  ///< `delta` or `message`
  bool has_preferred = false;
  bool has_other = false;
  std::optional<std::int64_t> index = std::nullopt;
};

void forget_delta(Chunk& chunk) {
  chunk.content = chunk.reasoning = chunk.reasoning_details_json = chunk.extra_content_json =
      chunk.refusal = {};
  chunk.tool_calls.clear();
  chunk.citations.clear();
}

/// `delta` or `message`: of both the preferred counts.
Result<void> read_part(std::string_view key, Value value, Choice& choice) {
  if (value.is_null() || choice.has_preferred) return value.skip();
  if (key == choice.preferred) {
    choice.has_preferred = true;
    if (choice.has_other) forget_delta(choice.chunk);
  } else {
    choice.has_other = true;
  }
  return read_delta(value, choice.chunk);
}

Result<void> read_choice(Value value, Chunk& chunk, Body body) {
  Choice place{chunk, body == Body::chunk ? "delta" : "message"};
  chunk.has_choice = true;
  auto result = value.object([&place](std::string_view key, Value field) -> Result<void> {
    if (key == "delta" || key == "message") return at(key, read_part(key, field, place));
    if (key == "finish_reason") return at(key, read_string(field, place.chunk.finish_reason));
    if (key == "index") return at(key, read_integer(field, place.index));
    if (key == "stop_reason" && field.is_string()) return read_string(field, place.chunk.stop_reason);
    if (key == "usage") return at(key, read_usage(field, place.chunk));  // Moonshot
    if (key == "error") return at(key, read_error(field, place.chunk));  // OpenRouter
    return field.skip();
  });
  if (result && place.index.value_or(0) != 0)
    chunk = Chunk{.usage = chunk.usage, .error = std::move(chunk.error)};
  return result;
}

Result<void> read_choices(Value value, Chunk& chunk, Body body) {
  if (value.is_null()) return value.skip();
  return value.array([&chunk, body](std::size_t, Value choice) {
    return chunk.has_choice ? choice.skip() : read_choice(choice, chunk, body);
  });
}

/// A chunk while its top level is read.
struct Top {
  Body body;
  Chunk chunk = {};
  bool choices = false;
  bool says_error = false;  ///< has a `message`, `msg` or `detail`, as only errors have
};

/// MiniMax's envelope, which tells of errors inside a 200.
Result<void> read_base_resp(Value value, Top& top) {
  return value.object([&top](std::string_view key, Value field) -> Result<void> {
    if (key != "status_code" || field.type() != Type::number) return field.skip();
    std::optional<std::int64_t> code;
    if (auto result = read_integer(field, code); !result) return result;
    if (code.value_or(0) != 0) top.says_error = true;
    return {};
  });
}

Result<void> read_top_field(std::string_view key, Value field, Top& top) {
  if (key == "choices") {
    top.choices = !field.is_null();
    return at(key, read_choices(field, top.chunk, top.body));
  }
  if (key == "usage") return at(key, read_usage(field, top.chunk));
  if (key == "error") return at(key, read_error(field, top.chunk));
  if (key == "message" || key == "msg" || key == "detail") top.says_error = true;
  if (key == "base_resp" && field.type() == Type::object) return at(key, read_base_resp(field, top));
  if (key == "x_groq" && field.type() == Type::object) {  // Groq's place for usage in streams
    return field.object([&top](std::string_view inner, Value value) {
      return inner == "usage" ? at("x_groq.usage", read_usage(value, top.chunk)) : value.skip();
    });
  }
  return field.skip();
}

}  // namespace

bool Chunk::has_content() const {
  const auto says = [](std::string_view text) { return !trimmed(text).empty(); };
  return says(content) || !reasoning.empty() || !refusal.empty() ||
         std::ranges::any_of(tool_calls, [&](const ToolCallDelta& call) {
           return !call.name.empty() || says(call.arguments);
         });
}

Result<Chunk> parse_chunk(json::Reader& reader, std::string& text, Body body) {
  Top top{body};
  auto result = reader.parse(text, [&top](Value root) -> Result<void> {
    if (root.type() == Type::array) {  // Gemini wraps its errors in a list
      top.says_error = true;
      return root.skip();
    }
    return root.object([&top](std::string_view key, Value field) { return read_top_field(key, field, top); });
  });
  if (!result) {
    return upstream_error(ErrorKind::bad_gateway, "the provider sent a chunk that cannot be understood",
                          Retry::yes, std::move(result.error().message));
  }
  if (!top.choices && !top.chunk.error && top.says_error) top.chunk.error = parse_error(reader, text);
  return std::move(top.chunk);
}

}  // namespace ccp::openai
