#pragma once

#include "anthropic/events.h"
#include "json/writer.h"

namespace ccp::anthropic {

/// Writes the `usage` object, the same in message_start, in message_delta and in a whole message.
inline void write(json::Writer& writer, const Usage& usage) {
  writer.begin_object();
  writer.key("input_tokens").integer(usage.input_tokens);
  writer.key("cache_creation_input_tokens").integer(usage.cache_creation_input_tokens);
  writer.key("cache_read_input_tokens").integer(usage.cache_read_input_tokens);
  writer.key("output_tokens").integer(usage.output_tokens);
  if (usage.web_search_requests > 0) {
    writer.key("server_tool_use").begin_object();
    writer.key("web_search_requests").integer(usage.web_search_requests).end_object();
  }
  writer.end_object();
}

}  // namespace ccp::anthropic
