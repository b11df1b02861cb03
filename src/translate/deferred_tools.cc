#include "translate/deferred_tools.h"

#include <algorithm>
#include <string_view>

namespace ccp::translate {

namespace {

void collect(const std::vector<anthropic::ContentBlock>& blocks, std::vector<std::string_view>& names) {
  for (const auto& block : blocks) {
    if (const auto* reference = std::get_if<anthropic::ToolReferenceBlock>(&block.value)) {
      names.push_back(reference->tool_name);
    } else if (const auto* result = std::get_if<anthropic::ToolResultBlock>(&block.value)) {
      collect(result->content, names);
    }
  }
}

/// Every tool name that the conversation loaded, in order, perhaps more than once.
std::vector<std::string_view> loaded_names(const anthropic::MessagesRequest& request) {
  std::vector<std::string_view> names;
  for (const auto& message : request.messages) collect(message.content, names);
  return names;
}

}  // namespace

std::vector<const anthropic::Tool*> visible_tools(const anthropic::MessagesRequest& request) {
  std::vector<const anthropic::Tool*> visible;
  std::vector<const anthropic::Tool*> deferred;
  visible.reserve(request.tools.size());
  for (const auto& tool : request.tools) (tool.defer_loading ? deferred : visible).push_back(&tool);
  if (deferred.empty()) return visible;

  const bool search_is_lost = std::ranges::any_of(
      request.tools, [](const anthropic::Tool& tool) { return tool.type.starts_with("tool_search_tool_"); });
  if (search_is_lost) {
    visible.insert(visible.end(), deferred.begin(), deferred.end());
    return visible;
  }
  for (const auto name : loaded_names(request)) {
    const auto found = std::ranges::find(deferred, name, &anthropic::Tool::name);
    if (found == deferred.end()) continue;
    visible.push_back(*found);
    deferred.erase(found);
  }
  return visible;
}

}  // namespace ccp::translate
