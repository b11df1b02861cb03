#include "openai/chunk.h"

#include <algorithm>

#include "base/ascii.h"
#include "openai/error_fields.h"
#include "openai/read.h"
#include "openai/reasoning_details.h"

namespace ccp::openai {

namespace {

using json::Type;
using json::Value;

/// Text that comes in pieces: a view while there is one piece, joined into the chunk's storage from the
/// second on.
class Joined {
 public:
  explicit Joined(std::forward_list<std::string>& storage) : storage_(storage) {}

  void add(std::string_view piece) {
    if (piece.empty()) return;
    if (text_.empty()) {
      text_ = piece;
      return;
    }
    if (owned_ == nullptr) owned_ = &storage_.emplace_front(text_);
    owned_->append(piece);
    text_ = *owned_;
  }
  [[nodiscard]] std::string_view view() const { return text_; }

 private:
  std::forward_list<std::string>& storage_;
  std::string* owned_ = nullptr;
  std::string_view text_;
};

/// What one delta holds while it is read; the places for reasoning are weighed against each other at its end.
struct Delta {
  explicit Delta(Chunk& target) : chunk(target), content(target.owned), thinking(target.owned) {}

  Chunk& chunk;
  Joined content;
  Joined thinking;  ///< `thinking` parts of the content
  std::string_view reasoning_content;
  std::string_view reasoning;
};

/// `{"type":…,"text":…}` in any key order.
struct TextPart {
  std::string_view type;
  std::string_view text;
};

Result<TextPart> read_text_part(Value value) {
  TextPart part;
  auto result = value.object([&part](std::string_view key, Value field) -> Result<void> {
    if (key == "type") return at(key, read_string(field, part.type));
    if (key == "text") return at(key, read_string(field, part.text));
    return field.skip();
  });
  if (!result) return std::unexpected(result.error());
  return part;
}

/// Mistral's `thinking`: a list of text parts, or a string.
Result<void> read_thinking(Value value, Joined& thinking) {
  if (value.type() != Type::array) {
    std::string_view text;
    auto result = read_string(value, text);
    thinking.add(text);
    return result;
  }
  return value.array([&thinking](std::size_t, Value element) -> Result<void> {
    const auto part = read_text_part(element);
    if (!part) return std::unexpected(part.error());
    thinking.add(part->text);
    return {};
  });
}

Result<void> read_content_part(Value value, Delta& delta) {
  return value.object([&delta](std::string_view key, Value field) -> Result<void> {
    if (key == "text") {
      std::string_view text;
      auto result = read_string(field, text);
      delta.content.add(text);
      return at(key, std::move(result));
    }
    if (key == "thinking") return at(key, read_thinking(field, delta.thinking));
    if (key == "refusal") return at(key, read_string(field, delta.chunk.refusal));
    return field.skip();
  });
}

Result<void> read_content(Value value, Delta& delta) {
  if (value.type() == Type::array) {
    return value.array([&delta](std::size_t, Value part) { return read_content_part(part, delta); });
  }
  std::string_view text;
  auto result = read_string(value, text);
  delta.content.add(text);
  return result;
}

/// A value that is kept as it is, when it has the type `wanted`.
Result<void> read_slice(Value value, Type wanted, std::string_view& target) {
  if (value.type() != wanted) return value.skip();
  const auto slice = value.slice();
  if (!slice) return std::unexpected(slice.error());
  target = *slice;
  return {};
}

/// `arguments` as a string, or as the object itself (Ollama's own habit).
Result<void> read_arguments(Value value, std::string_view& target) {
  if (value.type() != Type::object) return read_string(value, target);
  const auto slice = value.slice();
  if (!slice) return std::unexpected(slice.error());
  target = *slice;
  return {};
}

Result<void> read_function(Value value, ToolCallDelta& call) {
  if (value.is_null()) return value.skip();
  return value.object([&call](std::string_view key, Value field) -> Result<void> {
    if (key == "name") return at(key, read_string(field, call.name));
    if (key == "arguments") return at(key, read_arguments(field, call.arguments));
    return field.skip();
  });
}

Result<void> read_tool_call(Value value, Chunk& chunk) {
  auto& call = chunk.tool_calls.emplace_back();
  return value.object([&call](std::string_view key, Value field) -> Result<void> {
    if (key == "index") return at(key, read_integer(field, call.index));
    if (key == "id") return at(key, read_string(field, call.id));
    if (key == "function") return at(key, read_function(field, call));
    if (key == "extra_content") return at(key, read_slice(field, Type::object, call.extra_content_json));
    return field.skip();
  });
}

Result<void> read_tool_calls(Value value, Chunk& chunk) {
  if (value.is_null()) return value.skip();
  return value.array([&chunk](std::size_t, Value element) { return read_tool_call(element, chunk); });
}

/// The `function_call` of the API before tools: one call.
Result<void> read_function_call(Value value, Chunk& chunk) {
  if (value.is_null()) return value.skip();
  auto& call = chunk.tool_calls.emplace_back();
  call.index = 0;
  return read_function(value, call);
}

Result<void> read_delta_field(std::string_view key, Value field, Delta& delta) {
  if (key == "content") return at(key, read_content(field, delta));
  if (key == "tool_calls") return at(key, read_tool_calls(field, delta.chunk));
  if (key == "reasoning_content") return at(key, read_string(field, delta.reasoning_content));
  if (key == "reasoning") return at(key, read_string(field, delta.reasoning));
  if (key == "reasoning_details") {
    return at(key, read_slice(field, Type::array, delta.chunk.reasoning_details_json));
  }
  if (key == "extra_content") return at(key, read_slice(field, Type::object, delta.chunk.extra_content_json));
  if (key == "refusal") return at(key, read_string(field, delta.chunk.refusal));
  if (key == "annotations") return at(key, read_annotations(field, delta.chunk.citations));
  if (key == "function_call") return at(key, read_function_call(field, delta.chunk));
  return field.skip();
}

Result<void> read_delta(Value value, Chunk& chunk) {
  if (value.is_null()) return value.skip();
  Delta delta(chunk);
  auto result = value.object(
      [&delta](std::string_view key, Value field) { return read_delta_field(key, field, delta); });
  if (!result) return result;
  chunk.content = delta.content.view();
  for (const auto text : {delta.reasoning_content, delta.reasoning, delta.thinking.view()}) {
    if (chunk.reasoning.empty()) chunk.reasoning = text;
  }
  if (chunk.reasoning.empty() && !chunk.reasoning_details_json.empty()) {
    chunk.reasoning = chunk.owned.emplace_front(details_text(chunk.reasoning_details_json));
  }
  return {};
}

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
  std::optional<std::int64_t> index = std::nullopt;
};

/// `delta` or `message`: of both the preferred counts.
Result<void> read_part(std::string_view key, Value value, Choice& choice) {
  if (value.is_null() || choice.has_preferred) return value.skip();
  if (key == choice.preferred) {
    choice.has_preferred = true;
    auto& chunk = choice.chunk;
    chunk.content = chunk.reasoning = chunk.reasoning_details_json = chunk.extra_content_json =
        chunk.refusal = {};
    chunk.tool_calls.clear();
    chunk.citations.clear();
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
