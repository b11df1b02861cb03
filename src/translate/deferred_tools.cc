#include "translate/deferred_tools.h"

#include <algorithm>
#include <string_view>

namespace ccp::translate {

namespace {

using anthropic::Tool;

/// The tools while the conversation is read: those that can be called, and those that wait.
class ToolSet {
 public:
  explicit ToolSet(const std::vector<Tool>& tools) {
    visible_.reserve(tools.size());
    const bool search_is_lost = std::ranges::any_of(
        tools, [](const Tool& tool) { return tool.type.starts_with("tool_search_tool_"); });
    for (const auto& tool : tools) {
      if (!tool.defer_loading) visible_.push_back(&tool);
    }
    for (const auto& tool : tools) {
      if (tool.defer_loading) (search_is_lost ? visible_ : waiting_).push_back(&tool);
    }
  }

  void read(const std::vector<anthropic::ContentBlock>& blocks) {
    for (const auto& block : blocks) {
      if (const auto* reference = std::get_if<anthropic::ToolReferenceBlock>(&block.value)) {
        load(reference->tool_name);
      } else if (const auto* result = std::get_if<anthropic::ToolResultBlock>(&block.value)) {
        read(result->content);
      } else if (const auto* compaction = std::get_if<anthropic::CompactionBlock>(&block.value)) {
        read(compaction->tool_changes);
      } else if (const auto* change = std::get_if<anthropic::ToolChangeBlock>(&block.value)) {
        apply(*change);
      }
    }
  }

  [[nodiscard]] std::vector<const Tool*> take() { return std::move(visible_); }

 private:
  using List = std::vector<const Tool*>;

  static List::iterator find(List& list, std::string_view name) {
    return std::ranges::find_if(list, [&](const Tool* tool) { return tool->name == name; });
  }

  void move(List& from, List& to, std::string_view name) {
    const auto found = find(from, name);
    if (found == from.end()) return;
    to.push_back(*found);
    from.erase(found);
  }

  void load(std::string_view name) { move(waiting_, visible_, name); }

  void apply(const anthropic::ToolChangeBlock& change) {
    if (!change.addition) return move(visible_, waiting_, change.name);
    if (!change.definition) return load(change.name);
    define(*change.definition);
  }

  /// A new tool, or another definition of one that is there.
  void define(const Tool& tool) {
    if (const auto waits = find(waiting_, tool.name); waits != waiting_.end()) waiting_.erase(waits);
    const auto found = find(visible_, tool.name);
    if (found != visible_.end()) {
      *found = &tool;
    } else {
      visible_.push_back(&tool);
    }
  }

  List visible_, waiting_;
};

}  // namespace

std::vector<const Tool*> visible_tools(const anthropic::MessagesRequest& request) {
  ToolSet tools(request.tools);
  for (const auto& message : request.messages) tools.read(message.content);
  return tools.take();
}

}  // namespace ccp::translate
