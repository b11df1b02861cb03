#pragma once

#include <optional>
#include <string_view>

#include "anthropic/events.h"
#include "json/writer.h"

/// Objects of a message that stand in more than one place. Every field that the official SDK's types require
/// (@anthropic-ai/sdk 1.14, `messages` and `beta.messages`) is present: null where nothing is known.
namespace ccp::anthropic {

inline void write_counts(json::Writer& writer, const Usage& usage) {
  writer.key("input_tokens").integer(usage.input_tokens);
  writer.key("cache_creation_input_tokens").integer(usage.cache_creation_input_tokens);
  writer.key("cache_read_input_tokens").integer(usage.cache_read_input_tokens);
  writer.key("output_tokens").integer(usage.output_tokens);
  writer.key("output_tokens_details").null().key("server_tool_use");
  if (usage.web_search_requests > 0) {
    writer.begin_object().key("web_search_requests").integer(usage.web_search_requests);
    writer.key("web_fetch_requests").integer(0).end_object();
  } else {
    writer.null();
  }
  writer.key("iterations").null().key("fallback_credit").null();
}

/// `usage` of a message, whole or in message_start.
inline void write(json::Writer& writer, const Usage& usage) {
  writer.begin_object();
  write_counts(writer, usage);
  for (const auto* name : {"cache_creation", "inference_geo", "service_tier", "speed"})
    writer.key(name).null();
  writer.end_object();
}

/// `usage` of message_delta.
inline void write_delta(json::Writer& writer, const Usage& usage) {
  writer.begin_object();
  write_counts(writer, usage);
  writer.end_object();
}

/// How an answer ended, as fields of the open object. A refusal has `stop_details`; which policy was the
/// reason is not known.
inline void write_ending(json::Writer& writer, StopReason reason,
                         std::optional<std::string_view> stop_sequence) {
  writer.field("stop_reason", name(reason)).key("stop_sequence");
  stop_sequence ? writer.string(*stop_sequence) : writer.null();
  writer.key("stop_details");
  if (reason == StopReason::refusal) {
    writer.begin_object().field("type", "refusal");
    for (const auto* name : {"category", "explanation", "recommended_model", "fallback_credit_token",
                             "fallback_has_prefill_claim"})
      writer.key(name).null();
    writer.end_object();
  } else {
    writer.null();
  }
  writer.key("container").null();
}

/// `context_management` of an answer; `applied` is JSON, or empty.
inline void write_context_management(json::Writer& writer, std::string_view applied) {
  writer.key("context_management");
  applied.empty() ? writer.null() : writer.raw(applied);
}

/// `safeguard_results`, where the calls were judged; `results` is JSON, or empty.
inline void write_safeguard_results(json::Writer& writer, std::string_view results) {
  if (!results.empty()) writer.key("safeguard_results").raw(results);
}

/// The last fields of a message before its usage, as fields of the open object.
inline void write_rest(json::Writer& writer, std::string_view applied) {
  write_context_management(writer, applied);
  writer.key("diagnostics").null();
}

/// Every tool call is the model's own.
inline void write_caller(json::Writer& writer) {
  writer.key("caller").begin_object().field("type", "direct").end_object();
}

}  // namespace ccp::anthropic
