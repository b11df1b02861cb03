#include "openai/delta.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "openai/content.h"
#include "openai/read.h"
#include "openai/reasoning_details.h"
#include "openai/thinking_blocks.h"

namespace ccp::openai {

namespace {

using json::Type;
using json::Value;

/// What one delta holds while it is read; the places for reasoning are weighed against each other at its end.
struct Delta {
  explicit Delta(Chunk& target)
      : chunk(target),
        content(target.owned),
        parts(target.owned),
        in_provider_fields(target.owned),
        named{{Joined(target.owned), Joined(target.owned), Joined(target.owned), Joined(target.owned),
               Joined(target.owned)}} {}

  Chunk& chunk;
  Joined content;
  Joined parts;                 ///< thinking in parts of the content
  Joined in_provider_fields;    ///< LiteLLM's own place
  std::array<Joined, 5> named;  ///< in fields of their own, as `thought_fields` names them
};

/// Fields that hold nothing but reasoning, the first that says something counts: DeepSeek's and vLLM's,
/// OpenRouter's and Ollama's, Copilot's, and two of gateways.
constexpr std::array<std::string_view, 5> thought_fields = {"reasoning_content", "reasoning",
                                                            "reasoning_text", "thinking", "thinking_blocks"};

/// A value that is kept as it is, when it has the type `wanted`.
Result<void> read_slice(Value value, Type wanted, std::string_view& target) {
  if (value.type() != wanted) return value.skip();
  const auto slice = value.slice();
  if (!slice) return std::unexpected(slice.error());
  target = *slice;
  return {};
}

/// `arguments` as a string, or as the object itself (Ollama's own habit), or a piece of them as a number. A
/// list without elements is PHP's word for an object without fields.
Result<void> read_arguments(Value value, std::string_view& target) {
  const auto type = value.type();
  if (type != Type::object && type != Type::array) return read_scalar(value, target);
  const auto slice = value.slice();
  if (!slice) return std::unexpected(slice.error());
  const bool empty_list = type == Type::array && trimmed(slice->substr(1, slice->size() - 2)).empty();
  target = empty_list ? "{}" : *slice;
  return {};
}

Result<void> read_function_field(std::string_view key, Value field, ToolCallDelta& call) {
  if (key == "name") return at(key, read_scalar(field, call.name));
  if (key == "arguments") return at(key, read_arguments(field, call.arguments));
  return field.skip();
}

Result<void> read_function(Value value, ToolCallDelta& call) {
  if (value.type() != Type::object) return read_scalar(value, call.name);
  return value.object(
      [&call](std::string_view key, Value field) { return read_function_field(key, field, call); });
}

Result<void> read_tool_call(Value value, ToolCallDelta& call, Unreadable& unreadable) {
  return value.object([&](std::string_view key, Value field) -> Result<void> {
    if (key == "index") return at(key, read_side_count(field, "tool_calls.index", call.index, unreadable));
    if (key == "id") return at(key, read_scalar(field, call.id));
    if (key == "function") return at(key, read_function(field, call));
    if (key == "extra_content") return at(key, read_slice(field, Type::object, call.extra_content_json));
    return read_function_field(key, field, call);
  });
}

/// A list of calls, or one.
Result<void> read_tool_calls(Value value, Chunk& chunk) {
  const auto type = value.type();
  if (type == Type::array) {
    return value.array([&chunk](std::size_t, Value element) { return read_tool_calls(element, chunk); });
  }
  if (type == Type::object) return read_tool_call(value, chunk.tool_calls.emplace_back(), chunk.unreadable);
  if (type != Type::null) chunk.unreadable.emplace_back("tool_calls");
  return value.skip();
}

/// The `function_call` of the API before tools: one call.
Result<void> read_function_call(Value value, Chunk& chunk) {
  if (value.type() != Type::object) return value.skip();
  auto& call = chunk.tool_calls.emplace_back();
  call.index = 0;
  return read_function(value, call);
}

/// `false` and `true` beside the content are a switch, in a list of its own they would be words.
Result<void> read_thought_field(std::string_view key, Value field, Joined& thoughts) {
  if (key != "reasoning_content" && field.type() == Type::boolean) return field.skip();
  return at(key, read_thoughts(field, thoughts));
}

/// Kept as it is where it is a list; what it says is shown all the same.
Result<void> read_thinking_blocks(Value field, Chunk& chunk, Joined& thoughts) {
  if (field.type() != Type::array) return read_thought_field("thinking_blocks", field, thoughts);
  const auto slice = field.slice();
  if (!slice) return std::unexpected(slice.error());
  chunk.thinking_blocks_json = *slice;
  thoughts.add(chunk.owned.emplace_front(thinking_blocks_text(*slice)));
  return {};
}

/// LiteLLM says `thinking_blocks` here too, in some versions only here.
Result<void> read_provider_fields(Value value, Chunk& chunk, Joined& thoughts) {
  if (value.type() != Type::object) return value.skip();
  return value.object([&](std::string_view key, Value field) {
    const bool wanted = key == "thinking_blocks" && chunk.thinking_blocks_json.empty();
    return wanted ? read_thinking_blocks(field, chunk, thoughts) : field.skip();
  });
}

Result<void> read_delta_field(std::string_view key, Value field, Delta& delta) {
  auto& chunk = delta.chunk;
  if (key == "content") return at(key, read_content(field, {delta.content, delta.parts, chunk.refusal}));
  if (key == "tool_calls") return at(key, read_tool_calls(field, chunk));
  if (key == "thinking_blocks") return at(key, read_thinking_blocks(field, chunk, delta.named.back()));
  if (key == "provider_specific_fields")
    return at(key, read_provider_fields(field, chunk, delta.in_provider_fields));
  const auto* const thought = std::ranges::find(thought_fields, key);
  if (thought != thought_fields.end()) {
    return read_thought_field(key, field,
                              delta.named.at(static_cast<std::size_t>(thought - thought_fields.begin())));
  }
  if (key == "reasoning_details")
    return at(key, read_slice(field, Type::array, chunk.reasoning_details_json));
  if (key == "extra_content") return at(key, read_slice(field, Type::object, chunk.extra_content_json));
  if (key == "refusal") return at(key, read_word(field, chunk.refusal));
  if (key == "annotations") return at(key, read_annotations(field, chunk.citations));
  if (key == "function_call") return at(key, read_function_call(field, chunk));
  return field.skip();
}

/// The first place that says something.
std::string_view reasoning_of(const Delta& delta) {
  for (const auto& thoughts : delta.named) {
    if (!thoughts.view().empty()) return thoughts.view();
  }
  if (!delta.parts.view().empty()) return delta.parts.view();
  if (!delta.in_provider_fields.view().empty()) return delta.in_provider_fields.view();
  auto& chunk = delta.chunk;
  if (chunk.reasoning_details_json.empty()) return {};
  return chunk.owned.emplace_front(details_text(chunk.reasoning_details_json));
}

}  // namespace

Result<void> read_delta(Value value, Chunk& chunk) {
  Delta delta(chunk);
  const auto read_field = [&delta](std::string_view key, Value field) {
    return read_delta_field(key, field, delta);
  };
  auto result = value.type() == Type::object
                    ? value.object(read_field)
                    : read_content(value, {delta.content, delta.parts, chunk.refusal});
  if (!result) return result;
  chunk.content = delta.content.view();
  chunk.reasoning = reasoning_of(delta);
  if (chunk.content == chunk.reasoning) chunk.content = {};  // the same words twice are thinking
  return {};
}

}  // namespace ccp::openai
