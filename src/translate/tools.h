#pragma once

#include "anthropic/messages.h"
#include "base/result.h"
#include "openai/chat.h"
#include "translate/request.h"
#include "translate/warnings.h"

namespace ccp::translate {

/// What became of the request's tools.
enum class WebSearch : std::uint8_t {
  unaffected,
  lost,  ///< the request's only tools were web searches, which nobody executes here
};

/// Sets `tools`, `tool_choice` and `parallel_tool_calls` of `chat`. Tools that Anthropic's servers execute
/// are dropped with a warning, those that the client executes itself (bash, text editor) become functions; a
/// choice of a dropped tool is dropped too. Fails when there are more tools than the provider takes.
Result<WebSearch> translate_tools(const anthropic::MessagesRequest& request, const Profile& profile,
                                  ToolNames& names, Warnings& warnings, openai::ChatRequest& chat);

}  // namespace ccp::translate
