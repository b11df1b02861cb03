#include "anthropic/events.h"

#include "anthropic/error.h"
#include "anthropic/usage_json.h"
#include "anthropic/web_search_json.h"
#include "json/writer.h"

namespace ccp::anthropic {

std::string_view name(StopReason reason) {
  switch (reason) {
    case StopReason::end_turn:
      return "end_turn";
    case StopReason::max_tokens:
      return "max_tokens";
    case StopReason::stop_sequence:
      return "stop_sequence";
    case StopReason::tool_use:
      return "tool_use";
    case StopReason::refusal:
      return "refusal";
    case StopReason::model_context_window_exceeded:
      return "model_context_window_exceeded";
    case StopReason::compaction:
      return "compaction";
  }
  return "end_turn";
}

namespace {

constexpr std::string_view block_start_head =
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":";
constexpr std::string_view block_delta_head =
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
constexpr std::string_view block_stop_head =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":";

void append_integer(std::string& out, std::uint32_t value) { json::Writer(out).integer(value); }

}  // namespace

void StreamWriter::message_start(std::string_view id, std::string_view model, const Usage& usage) {
  out_ += "event: message_start\ndata: {\"type\":\"message_start\",\"message\":";
  json::Writer writer(out_);
  writer.begin_object()
      .field("id", id)
      .field("type", "message")
      .field("role", "assistant")
      .field("model", model);
  writer.key("content").begin_array().end_array();
  for (const auto* name : {"stop_reason", "stop_sequence", "stop_details", "container"})
    writer.key(name).null();
  write_rest(writer, {});
  write(writer.key("usage"), usage);
  writer.end_object();
  out_ += "}\n\n";
}

void StreamWriter::start(std::string_view content_block) {
  out_ += block_start_head;
  append_integer(out_, index_);
  out_ += ",\"content_block\":";
  out_ += content_block;
  out_ += "}\n\n";
}

void StreamWriter::delta(std::string_view type, std::string_view field, std::string_view value) {
  out_ += block_delta_head;
  append_integer(out_, index_);
  out_ += ",\"delta\":{\"type\":\"";
  out_ += type;
  out_ += "\",\"";
  out_ += field;
  out_ += "\":\"";
  json::escape(out_, value);
  out_ += type == "thinking_delta" ? "\",\"estimated_tokens\":null}}\n\n" : "\"}}\n\n";
}

void StreamWriter::text_start() { start(R"({"type":"text","text":"","citations":null})"); }
void StreamWriter::text_delta(std::string_view text) { delta("text_delta", "text", text); }

void StreamWriter::thinking_start() { start(R"({"type":"thinking","thinking":"","signature":""})"); }
void StreamWriter::thinking_delta(std::string_view thinking) {
  delta("thinking_delta", "thinking", thinking);
}
void StreamWriter::signature_delta(std::string_view signature) {
  delta("signature_delta", "signature", signature);
}

void StreamWriter::tool_use_start(std::string_view id, std::string_view name) {
  out_ += block_start_head;
  append_integer(out_, index_);
  out_ += ",\"content_block\":";
  json::Writer writer(out_);
  writer.begin_object().field("type", "tool_use").field("id", id).field("name", name);
  writer.key("input").begin_object().end_object();
  write_caller(writer);
  writer.end_object();
  out_ += "}\n\n";
}

void StreamWriter::input_json_delta(std::string_view partial_json) {
  delta("input_json_delta", "partial_json", partial_json);
}

void StreamWriter::web_search(std::string_view id, std::span<const WebSearchResult> results) {
  std::string block;
  json::Writer use(block);
  write_server_tool_use(use, id);
  start(block);
  input_json_delta("{}");
  block_stop();
  block.clear();
  json::Writer result(block);
  write_web_search_tool_result(result, id, results);
  start(block);
  block_stop();
}

void StreamWriter::compaction(std::string_view summary) {
  start(R"({"type":"compaction","content":null,"encrypted_content":null})");
  out_ += block_delta_head;
  append_integer(out_, index_);
  out_ += R"(,"delta":{"type":"compaction_delta","content":)";
  json::Writer writer(out_);
  summary.empty() ? writer.null() : writer.string(summary);
  out_ += ",\"encrypted_content\":null}}\n\n";
  block_stop();
}

void StreamWriter::block_stop() {
  out_ += block_stop_head;
  append_integer(out_, index_++);
  out_ += "}\n\n";
}

void StreamWriter::message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                                 const Usage& usage) {
  out_ += "event: message_delta\ndata: ";
  json::Writer writer(out_);
  writer.begin_object().field("type", "message_delta").key("delta").begin_object();
  write_ending(writer, reason, stop_sequence);
  write_safeguard_results(writer, about_.safeguard_results);
  write_delta(writer.end_object().key("usage"), usage);
  write_context_management(writer, about_.context_management);
  writer.end_object();
  out_ += "\n\n";
}

void StreamWriter::message_stop() { out_ += "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"; }

void StreamWriter::ping() { out_ += "event: ping\ndata: {\"type\":\"ping\"}\n\n"; }

void StreamWriter::error(const Error& error) {
  out_ += "event: error\ndata: ";
  out_ += error_json(error, about_.id);
  out_ += "\n\n";
}

}  // namespace ccp::anthropic
