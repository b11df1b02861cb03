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

Result<void> read_error(Value value, Chunk& chunk) {
  const auto type = value.type();
  if (type != Type::object && type != Type::array && type != Type::string) return value.skip();
  ErrorFields fields;
  if (auto result = fields.read(value); !result) return result;
  auto body = fields.take();
  if (body.message.empty() && !body.code.empty()) body.message = "an error without a message";
  if (!body.message.empty() || type == Type::object) chunk.error = std::move(body);
  return {};
}

/// A choice while it is read.
struct Choice {
  Body body;
  Chunk chunk = {};
  std::string_view text = {};  ///< of the completions API
  bool has_preferred = false;
  bool has_other = false;
};

void forget_delta(Chunk& chunk) {
  chunk.content = chunk.reasoning = chunk.reasoning_details_json = chunk.thinking_blocks_json =
      chunk.extra_content_json = chunk.refusal = {};
  chunk.tool_calls.clear();
  chunk.citations.clear();
}

/// `delta` or `message`: of both the one that the body is made for counts.
Result<void> read_part(std::string_view key, Value value, Choice& choice) {
  if (value.is_null() || choice.has_preferred) return value.skip();
  if (key == (choice.body == Body::chunk ? "delta" : "message")) {
    choice.has_preferred = true;
    if (choice.has_other) forget_delta(choice.chunk);
  } else {
    choice.has_other = true;
  }
  return read_delta(value, choice.chunk);
}

Result<void> read_choice_field(std::string_view key, Value field, Choice& choice) {
  auto& chunk = choice.chunk;
  if (key == "delta" || key == "message") return at(key, read_part(key, field, choice));
  if (key == "finish_reason")
    return read_side_word(field, "finish_reason", chunk.finish_reason, chunk.unreadable);
  if (key == "stop_reason") return read_word(field, chunk.stop_reason);
  if (key == "text") return read_word(field, choice.text);
  if (key == "usage") return at(key, read_usage(field, chunk.usage, chunk.unreadable));  // Moonshot
  if (key == "error") return at(key, read_error(field, chunk));                          // OpenRouter
  return field.skip();
}

/// Bytes that two texts of one chunk have together.
void join(std::string_view& text, std::string_view more, Chunk& chunk) {
  if (more.empty() || more == text) return;
  text = text.empty() ? more : chunk.owned.emplace_front(std::string(text) + std::string(more));
}

/// Tool calls of different choices are different calls, whatever their numbers.
constexpr std::int64_t calls_of_a_choice = 1000;

/// Adds another choice of the same chunk, the `position`th: Copilot says the text in the first and the tool
/// calls in the second.
void merge(Chunk& chunk, Choice choice, std::size_t position) {
  Chunk& more = choice.chunk;
  if (!choice.has_preferred && !choice.has_other) more.content = choice.text;
  chunk.has_choice = true;
  chunk.owned.splice_after(chunk.owned.before_begin(), more.owned);
  join(chunk.content, more.content, chunk);
  join(chunk.reasoning, more.reasoning, chunk);
  join(chunk.refusal, more.refusal, chunk);
  if (chunk.reasoning_details_json.empty()) chunk.reasoning_details_json = more.reasoning_details_json;
  if (chunk.thinking_blocks_json.empty()) chunk.thinking_blocks_json = more.thinking_blocks_json;
  if (chunk.extra_content_json.empty()) chunk.extra_content_json = more.extra_content_json;
  for (auto& call : more.tool_calls) {
    if (position > 0)
      call.index = call.index.value_or(0) + static_cast<std::int64_t>(position) * calls_of_a_choice;
    chunk.tool_calls.push_back(call);
  }
  chunk.citations.insert(chunk.citations.end(), more.citations.begin(), more.citations.end());
  if (chunk.finish_reason.empty() || !more.tool_calls.empty()) chunk.finish_reason = more.finish_reason;
  if (chunk.stop_reason.empty()) chunk.stop_reason = more.stop_reason;
  if (more.usage) chunk.usage = more.usage;
  if (more.error) chunk.error = std::move(more.error);
  chunk.unreadable.insert(chunk.unreadable.end(), more.unreadable.begin(), more.unreadable.end());
}

Result<void> read_choice(Value value, Chunk& chunk, Body body, std::size_t position) {
  if (value.type() != Type::object) {
    if (!value.is_null()) chunk.unreadable.emplace_back("choices");
    return value.skip();
  }
  Choice choice{body};
  auto result = value.object(
      [&choice](std::string_view key, Value field) { return read_choice_field(key, field, choice); });
  merge(chunk, std::move(choice), position);
  return result;
}

/// A list of choices, or one.
Result<void> read_choices(Value value, Chunk& chunk, Body body) {
  if (value.type() != Type::array) return read_choice(value, chunk, body, 0);
  return value.array([&chunk, body](std::size_t position, Value choice) {
    return read_choice(choice, chunk, body, position);
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
    if (key != "status_code") return field.skip();
    std::optional<std::int64_t> code;
    auto result = read_side_count(field, "base_resp.status_code", code, top.chunk.unreadable);
    if (code.value_or(0) != 0) top.says_error = true;
    return result;
  });
}

/// Groq's place for usage in streams.
Result<void> read_x_groq(Value value, Chunk& chunk) {
  return value.object([&chunk](std::string_view key, Value field) {
    return key == "usage" ? read_usage(field, chunk.usage, chunk.unreadable) : field.skip();
  });
}

/// What gateways put whole answers into: Cline's, Cloudflare's and DashScope's own.
bool is_envelope(std::string_view key) {
  return key == "data" || key == "result" || key == "response" || key == "output";
}

Result<void> read_top(Value value, Top& top);

Result<void> read_top_field(std::string_view key, Value field, Top& top) {
  auto& chunk = top.chunk;
  const auto type = field.type();
  if (key == "choices") {
    top.choices = top.choices || type == Type::array || type == Type::object;
    return at(key, read_choices(field, chunk, top.body));
  }
  if (key == "usage" || key == "usageMetadata") return read_usage(field, chunk.usage, chunk.unreadable);
  if (key == "error") return at(key, read_error(field, chunk));
  if (key == "errors" && type == Type::array) return at(key, read_error(field, chunk));
  if (key == "message" || key == "msg" || key == "detail") top.says_error = true;
  if (key == "base_resp" && type == Type::object) return read_base_resp(field, top);
  if (key == "x_groq" && type == Type::object) return read_x_groq(field, chunk);
  if (is_envelope(key) && type == Type::object) return read_top(field, top);
  return field.skip();
}

Result<void> read_top(Value value, Top& top) {
  return value.object([&top](std::string_view key, Value field) { return read_top_field(key, field, top); });
}

Result<void> read_root(Value root, Top& top) {
  if (root.type() != Type::array) return read_top(root, top);
  top.says_error = true;  // Gemini wraps its errors in a list
  return root.array([&top](std::size_t, Value element) {
    return element.type() == Type::object ? read_top(element, top) : element.skip();
  });
}

/// What stands where JSON should be: nothing, where it only keeps the connection alive.
Chunk from_words(std::string_view text) {
  Chunk chunk;
  if (!says_nothing(text)) chunk.error = words(text);
  return chunk;
}

}  // namespace

bool Chunk::has_content() const {
  const auto says = [](std::string_view text) { return !trimmed(text).empty(); };
  return says(content) || !reasoning.empty() || !refusal.empty() ||
         std::ranges::any_of(tool_calls, [&](const ToolCallDelta& call) {
           return !call.name.empty() || says(call.arguments);
         });
}

bool keeps_alive(std::string_view event_name) { return !event_name.empty() && says_nothing(event_name); }

bool is_done(std::string_view data) { return same_ignoring_case(trimmed(trimmed(data), "\""), "[DONE]"); }

Result<Chunk> parse_chunk(json::Reader& reader, std::string& text, Body body) {
  const auto visible = trimmed(text, " \t\r\n\xEF\xBB\xBF");
  if (!visible.starts_with('{') && !visible.starts_with("[{")) return from_words(visible);
  Top top{body};
  auto result = reader.parse(text, [&top](Value root) { return read_root(root, top); });
  if (!result) {
    return upstream_error(ErrorKind::bad_gateway, "the provider sent a chunk that cannot be understood",
                          Retry::yes, std::move(result.error().message));
  }
  auto& chunk = top.chunk;
  if (chunk.error && chunk.error->message.empty()) {
    if (top.choices) {
      chunk.error.reset();  // `{}` and the like beside an answer
    } else {
      chunk.error->message = "an error without a message";
    }
  }
  if (!top.choices && !chunk.error && top.says_error) chunk.error = parse_error(reader, text);
  return std::move(chunk);
}

}  // namespace ccp::openai
