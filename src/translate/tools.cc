#include "translate/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "translate/deferred_tools.h"
#include "translate/schema.h"

namespace ccp::translate {

namespace {

/// A tool whose schema Claude knows by heart and other models must be told; the client executes it.
struct KnownTool {
  std::string_view type_prefix;
  std::string_view name;
  std::string_view description;
  std::string_view schema;
};

constexpr std::string_view bash_schema =
    R"({"type":"object","properties":{"command":{"type":"string","description":"The command to run. )"
    R"(Required unless restart is true."},"restart":{"type":"boolean","description":"True restarts the session."}}})";

constexpr std::string_view editor_description = "View, create and edit files on the user's machine.";

/// Up to text_editor_20250124.
constexpr std::string_view editor_schema_with_undo =
    R"({"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace",)"
    R"("insert","undo_edit"]},"path":{"type":"string","description":"Absolute path of the file or directory."},)"
    R"("file_text":{"type":"string","description":"create: the whole content."},"old_str":{"type":"string",)"
    R"("description":"str_replace: the text to replace, which must occur exactly once."},"new_str":{"type":)"
    R"("string","description":"str_replace: the new text; insert: the text to insert."},"insert_line":{"type":)"
    R"("integer","description":"insert: the line after which to insert, 0 for the start."},"view_range":{"type":)"
    R"("array","items":{"type":"integer"},"description":"view: first and last line, -1 for the end."}},)"
    R"("required":["command","path"]})";

/// From text_editor_20250429 on.
constexpr std::string_view editor_schema =
    R"({"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace",)"
    R"("insert"]},"path":{"type":"string","description":"Absolute path of the file or directory."},)"
    R"("file_text":{"type":"string","description":"create: the whole content."},"old_str":{"type":"string",)"
    R"("description":"str_replace: the text to replace, which must occur exactly once."},"new_str":{"type":)"
    R"("string","description":"str_replace: the new text."},"insert_line":{"type":"integer","description":)"
    R"("insert: the line after which to insert, 0 for the start."},"insert_text":{"type":"string",)"
    R"("description":"insert: the text to insert."},"view_range":{"type":"array","items":{"type":"integer"},)"
    R"("description":"view: first and last line, -1 for the end."}},"required":["command","path"]})";

/// The first match counts.
constexpr KnownTool known_tools[] = {
    {"bash_", "bash", "Run a command in a persistent bash session on the user's machine.", bash_schema},
    {"text_editor_2024", "str_replace_editor", editor_description, editor_schema_with_undo},
    {"text_editor_20250124", "str_replace_editor", editor_description, editor_schema_with_undo},
    {"text_editor_", "str_replace_based_edit_tool", editor_description, editor_schema},
};

bool has_schema(const anthropic::Tool& tool) {
  return tool.type.empty() || tool.type == "custom" || !tool.input_schema_json.empty();
}

/// The function for a tool, or nothing when only Anthropic's servers could execute it.
std::optional<openai::FunctionTool> function(const anthropic::Tool& tool, ToolNames& names) {
  if (has_schema(tool)) {
    return openai::FunctionTool{names.upstream(tool.name), tool.description,
                                parameters(tool.input_schema_json)};
  }
  const auto* known = std::ranges::find_if(
      known_tools, [&](const KnownTool& candidate) { return tool.type.starts_with(candidate.type_prefix); });
  if (known == std::ranges::end(known_tools)) return std::nullopt;
  const auto name = tool.name.empty() ? known->name : tool.name;
  return openai::FunctionTool{names.upstream(name), known->description, known->schema};
}

void translate_choice(const anthropic::ToolChoice& choice, ToolNames& names, Warnings& warnings,
                      openai::ChatRequest& chat) {
  using From = anthropic::ToolChoice::Type;
  using To = openai::ToolChoice::Type;
  if (choice.disable_parallel_tool_use) chat.parallel_tool_calls = false;
  switch (choice.type) {
    case From::automatic:
      chat.tool_choice = {To::automatic, {}};
      return;
    case From::any:
      chat.tool_choice = {To::required, {}};
      return;
    case From::none:
      chat.tool_choice = {To::none, {}};
      return;
    case From::tool:
      break;
  }
  auto name = names.upstream(choice.name);
  const bool sent = std::ranges::any_of(
      chat.tools, [&](const openai::FunctionTool& tool) { return tool.name.view() == name; });
  if (sent) {
    chat.tool_choice = {To::function, std::move(name)};
  } else {
    warnings.add(
        fmt::format("tool_choice names {}, which is not among the tools sent: dropped", choice.name));
  }
}

}  // namespace

Result<WebSearch> translate_tools(const anthropic::MessagesRequest& request, const Profile& profile,
                                  ToolNames& names, Warnings& warnings, openai::ChatRequest& chat) {
  bool web_search = false;
  chat.tools.reserve(request.tools.size());
  for (const auto* tool : visible_tools(request)) {
    if (auto translated = function(*tool, names)) {
      chat.tools.push_back(*std::move(translated));
      continue;
    }
    web_search = web_search || tool->type.starts_with("web_search_");
    warnings.add(fmt::format("the tool {} is executed by Anthropic's servers only: dropped", tool->type));
  }
  if (profile.max_tools > 0 && chat.tools.size() > profile.max_tools) {
    return client_error(
        ErrorKind::invalid_request,
        fmt::format("tools: {} tools, but the provider takes at most {}: disable MCP servers or "
                    "tools that are not needed",
                    chat.tools.size(), profile.max_tools));
  }
  if (chat.tools.empty()) return web_search ? WebSearch::lost : WebSearch::unaffected;
  if (request.tool_choice) translate_choice(*request.tool_choice, names, warnings, chat);
  return WebSearch::unaffected;
}

}  // namespace ccp::translate
