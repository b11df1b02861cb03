#include "anthropic/events.h"
#include "anthropic/usage_json.h"
#include "anthropic/web_search_json.h"
#include "base/ascii.h"
#include "json/reader.h"
#include "json/writer.h"

namespace ccp::anthropic {

namespace {

/// The text inside a JSON string, or nullopt when `text` is not exactly one.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"') return std::nullopt;
  json::Reader reader;
  std::string list;
  list.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  list.append("[").append(text).append("]");
  std::string inner;
  std::size_t count = 0;
  const auto result = reader.parse(list, [&](json::Value root) {
    return root.array([&](std::size_t, json::Value element) -> Result<void> {
      ++count;
      const auto value = element.string();
      if (!value) return std::unexpected(value.error());
      inner = *value;
      return {};
    });
  });
  if (!result || count != 1) return std::nullopt;
  return inner;
}

}  // namespace

std::optional<std::string> input_object(std::string_view arguments) {
  const std::string_view bare = trimmed(arguments);
  if (bare.empty()) return "{}";
  if (json::is_object(bare)) return std::string(bare);
  if (const auto inner = unquoted(bare); inner && json::is_object(*inner))
    return std::string(trimmed(*inner));
  return std::nullopt;
}

bool MessageCollector::room(std::size_t bytes) {
  if (failure_) return false;
  if (content_.size() + text_.size() + signature_.size() + bytes <= limit_) return true;
  error(Error{.kind = ErrorKind::bad_gateway,
              .source = ErrorSource::upstream,
              .message = "the provider's answer is larger than " + std::to_string(limit_) +
                         " bytes, the most this proxy collects; ask for it with \"stream\": true"});
  return false;
}

void MessageCollector::message_start(std::string_view id, std::string_view model, const Usage&) {
  id_ = id;
  model_ = model;
}

void MessageCollector::text_start() { open_ = BlockType::text; }

void MessageCollector::text_delta(std::string_view text) {
  if (room(text.size())) text_ += text;
}

void MessageCollector::thinking_start() { open_ = BlockType::thinking; }

void MessageCollector::thinking_delta(std::string_view thinking) { text_delta(thinking); }

void MessageCollector::signature_delta(std::string_view signature) {
  if (room(signature.size())) signature_ += signature;
}

void MessageCollector::tool_use_start(std::string_view id, std::string_view name) {
  if (!room(id.size() + name.size())) return;
  open_ = BlockType::tool_use;
  tool_id_ = id;
  tool_name_ = name;
}

void MessageCollector::input_json_delta(std::string_view partial_json) { text_delta(partial_json); }

void MessageCollector::web_search(std::string_view id, std::span<const WebSearchResult> results) {
  std::string blocks;
  json::Writer use(blocks);
  write_server_tool_use(use, id);
  blocks += ',';
  json::Writer result(blocks);
  write_web_search_tool_result(result, id, results);
  if (!room(blocks.size())) return;
  if (!content_.empty()) content_ += ',';
  content_ += blocks;
}

void MessageCollector::compaction(std::string_view summary) {
  if (!room(summary.size())) return;
  if (!content_.empty()) content_ += ',';
  json::Writer writer(content_);
  writer.begin_object().field("type", "compaction").key("content");
  summary.empty() ? writer.null() : writer.string(summary);
  writer.key("encrypted_content").null().end_object();
}

void MessageCollector::block_stop() {
  if (!open_ || !room(0)) return;
  if (!content_.empty()) content_ += ',';
  json::Writer writer(content_);
  writer.begin_object();
  switch (*open_) {
    case BlockType::text:
      writer.field("type", "text").field("text", text_).key("citations").null();
      break;
    case BlockType::thinking:
      writer.field("type", "thinking").field("thinking", text_).field("signature", signature_);
      break;
    case BlockType::tool_use:
      writer.field("type", "tool_use").field("id", tool_id_).field("name", tool_name_).key("input");
      if (const auto input = input_object(text_)) {
        writer.raw(*input);
      } else {
        writer.begin_object().field("raw_arguments", text_).end_object();
      }
      write_caller(writer);
      break;
  }
  writer.end_object();
  open_.reset();
  text_.clear();
  signature_.clear();
}

void MessageCollector::message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                                     const Usage& usage) {
  tail_.clear();
  json::Writer writer(tail_);
  write_ending(writer, reason, stop_sequence);
  write_safeguard_results(writer, about_.safeguard_results);
  write_rest(writer, about_.context_management);
  write(writer.key("usage"), usage);
}

void MessageCollector::message_stop() {
  if (failure_) return;
  json_.clear();
  json::Writer writer(json_);
  writer.begin_object()
      .field("id", id_)
      .field("type", "message")
      .field("role", "assistant")
      .field("model", model_);
  writer.key("content").begin_array();
  if (!content_.empty()) writer.raw(content_);
  writer.end_array().raw(tail_).end_object();
}

void MessageCollector::error(const Error& error) {
  if (failure_) return;
  failure_ = error;
  std::string().swap(content_);
  std::string().swap(text_);
  json_.clear();
}

}  // namespace ccp::anthropic
