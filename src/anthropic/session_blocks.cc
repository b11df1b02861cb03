#include "anthropic/session_blocks.h"

#include "anthropic/block_fields.h"
#include "anthropic/blocks.h"
#include "anthropic/params.h"

namespace ccp::anthropic {

namespace {

using json::Value;

/// What `tool` names: a tool by reference or by definition, or a tool of an MCP server of Anthropic's.
Result<void> read_changed_tool(Value value, ToolChangeBlock& change) {
  std::string_view server;
  const auto walked = value.object([&](std::string_view key, Value entry) -> Result<void> {
    if (key == "type") return within(key, read(entry, change.reference));
    if (key == "name") return within(key, read_optional(entry, change.name));
    if (key == "server_name") return within(key, read_optional(entry, server));
    return within(key, key == "definition" ? read_tool(entry, change.definition.emplace()) : entry.skip());
  });
  if (!walked) return walked;
  if (change.reference.empty()) return missing("type");
  if (change.reference == "tool_definition" && !change.definition) return missing("definition");
  if (change.definition) change.name = change.definition->name;
  if (change.name.empty()) change.name = server;
  return change.name.empty() && !change.definition ? missing("name") : Result<void>();
}

}  // namespace

Result<void> read_tool_change(Value value, ContentBlock& block, int) {
  const auto type = value.peek_string("type");
  if (!type) return within("type", std::unexpected(type.error()));
  ToolChangeBlock change{.addition = *type == "tool_addition"};
  bool has_tool = false;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key != "tool") return entry.skip();
    has_tool = true;
    change = {.addition = change.addition};
    return read_changed_tool(entry, change);
  });
  if (!walked) return walked;
  if (!has_tool) return missing("tool");
  block.value = change;
  return {};
}

Result<void> read_compaction(Value value, ContentBlock& block, int nesting) {
  CompactionBlock compaction;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "content") return read_optional(entry, compaction.summary);
    if (key != "tool_changes") return entry.skip();
    compaction.tool_changes.clear();
    return entry.is_null() ? entry.skip() : read_content(entry, compaction.tool_changes, nesting + 1);
  });
  if (!walked) return walked;
  block.value = std::move(compaction);
  return {};
}

}  // namespace ccp::anthropic
