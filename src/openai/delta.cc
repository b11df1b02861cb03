#include "openai/delta.h"

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

}  // namespace

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

}  // namespace ccp::openai
