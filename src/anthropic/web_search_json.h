#pragma once

#include <span>
#include <string_view>

#include "anthropic/events.h"
#include "anthropic/usage_json.h"
#include "json/writer.h"

/// The blocks of a search that a server made
/// (https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/web-search-tool).
namespace ccp::anthropic {

inline void write_server_tool_use(json::Writer& writer, std::string_view id) {
  writer.begin_object().field("type", "server_tool_use").field("id", id).field("name", "web_search");
  writer.key("input").begin_object().end_object();
  write_caller(writer);
  writer.end_object();
}

/// `encrypted_content` is Anthropic's own and empty here.
inline void write_web_search_tool_result(json::Writer& writer, std::string_view id,
                                         std::span<const WebSearchResult> results) {
  writer.begin_object().field("type", "web_search_tool_result").field("tool_use_id", id);
  writer.key("content").begin_array();
  for (const auto& result : results) {
    writer.begin_object()
        .field("type", "web_search_result")
        .field("url", result.url)
        .field("title", result.title)
        .field("encrypted_content", "")
        .key("page_age")
        .null()
        .end_object();
  }
  writer.end_array();
  write_caller(writer);
  writer.end_object();
}

}  // namespace ccp::anthropic
