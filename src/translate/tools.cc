#include "translate/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "translate/computer_tool.h"
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

constexpr std::string_view memory_schema =
    R"({"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace",)"
    R"("insert","delete","rename"]},"path":{"type":"string","description":"File or directory below /memories; )"
    R"(every command but rename."},"view_range":{"type":"array","items":{"type":"integer"},"description":"view: )"
    R"(first and last line."},"file_text":{"type":"string","description":"create: the whole content."},"old_str":)"
    R"({"type":"string","description":"str_replace: the text to replace, which must occur exactly once."},)"
    R"("new_str":{"type":"string","description":"str_replace: the new text."},"insert_line":{"type":"integer",)"
    R"("description":"insert: the line after which to insert, 0 for the start."},"insert_text":{"type":"string",)"
    R"("description":"insert: the text to insert."},"old_path":{"type":"string","description":"rename: from."},)"
    R"("new_path":{"type":"string","description":"rename: to."}},"required":["command"]})";

/// The first match counts.
constexpr KnownTool known_tools[] = {
    {"bash_", "bash", "Run a command in a persistent bash session on the user's machine.", bash_schema},
    {"text_editor_2024", "str_replace_editor", editor_description, editor_schema_with_undo},
    {"text_editor_20250124", "str_replace_editor", editor_description, editor_schema_with_undo},
    {"memory_", "memory",
     "Keep notes for later sessions in files below /memories; view them before you begin.", memory_schema},
    {"text_editor_", "str_replace_based_edit_tool", editor_description, editor_schema},
};

bool has_schema(const anthropic::Tool& tool) {
  return tool.type.empty() || tool.type == "custom" || !tool.input_schema_json.empty();
}

/// The function for a tool, or nothing when only Anthropic's servers could execute it.
std::optional<openai::FunctionTool> function(const anthropic::Tool& tool, const Profile& profile,
                                             ToolNames& names) {
  if (has_schema(tool)) {
    return openai::FunctionTool{names.upstream(tool.name), tool.description,
                                parameters(tool.input_schema_json, profile.schema)};
  }
  if (is_computer(tool)) {
    return openai::FunctionTool{names.upstream(tool.name.empty() ? "computer" : tool.name),
                                computer_description, computer_schema(tool)};
  }
  const auto* known = std::ranges::find_if(
      known_tools, [&](const KnownTool& candidate) { return tool.type.starts_with(candidate.type_prefix); });
  if (known == std::ranges::end(known_tools)) return std::nullopt;
  const auto name = tool.name.empty() ? known->name : tool.name;
  return openai::FunctionTool{names.upstream(name), known->description, known->schema};
}

using Choice = openai::ToolChoice::Type;

/// `wanted`, or the nearest that the provider takes; nothing when it takes no choice at all.
std::optional<Choice> taken(Choice wanted, ToolChoices allowed) {
  if (allowed == ToolChoices::none) return std::nullopt;
  if (wanted == Choice::automatic || wanted == Choice::none) return wanted;
  if (allowed == ToolChoices::automatic) return Choice::automatic;
  if (wanted == Choice::function && allowed == ToolChoices::function) return wanted;
  return allowed == ToolChoices::any ? Choice::any : Choice::required;
}

Choice wanted(anthropic::ToolChoice::Type type) {
  using From = anthropic::ToolChoice::Type;
  switch (type) {
    case From::any:
      return Choice::required;
    case From::none:
      return Choice::none;
    case From::tool:
      return Choice::function;
    case From::automatic:
      break;
  }
  return Choice::automatic;
}

/// What a provider cannot be told by the field it is told by the tools that it gets: none, or only the one.
void narrow(std::optional<Choice> sent, const anthropic::ToolChoice& choice, std::string_view name,
            std::vector<openai::FunctionTool>& tools) {
  if (!sent && choice.type == anthropic::ToolChoice::Type::none) tools.clear();
  if (name.empty() || sent == Choice::function) return;
  std::erase_if(tools, [&](const auto& tool) { return tool.name.view() != name; });
}

void translate_choice(const anthropic::ToolChoice& choice, const Profile& profile, ToolNames& names,
                      Warnings& warnings, openai::ChatRequest& chat) {
  if (choice.disable_parallel_tool_use) {
    if (profile.parallel_tool_calls) {
      chat.parallel_tool_calls = false;
    } else {
      warnings.add("disable_parallel_tool_use is not known to this provider: dropped");
    }
  }
  const auto type = taken(wanted(choice.type), profile.tool_choice);
  std::string name;
  if (choice.type == anthropic::ToolChoice::Type::tool) {
    name = names.upstream(choice.name);
    if (std::ranges::none_of(chat.tools, [&](const auto& tool) { return tool.name.view() == name; })) {
      return warnings.add(
          fmt::format("tool_choice names {}, which is not among the tools sent: dropped", choice.name));
    }
  }
  narrow(type, choice, name, chat.tools);
  if (type != wanted(choice.type) && type != Choice::any) {
    warnings.add("this provider does not take the tool_choice: it got a weaker one");
  }
  if (!type) return;
  chat.tool_choice = {*type, *type == Choice::function ? openai::Text(std::move(name)) : openai::Text()};
}

/// Hands a search over to the provider. False when it does not search.
bool search(const anthropic::Tool& tool, const Profile& profile, Warnings& warnings,
            openai::ChatRequest& chat) {
  using Form = openai::WebSearch::Form;
  if (!tool.type.starts_with("web_search_") || profile.web_search == WebSearchBy::none) return false;
  if (profile.web_search == WebSearchBy::openrouter) {
    chat.web_search = {Form::server_tool, tool.allowed_domains_json, tool.blocked_domains_json};
    return true;
  }
  chat.web_search = {.form = Form::options};
  if (!tool.allowed_domains_json.empty() || !tool.blocked_domains_json.empty()) {
    warnings.add("allowed_domains and blocked_domains are not known to this provider: dropped");
  }
  return true;
}

/// Why a tool is not among those sent.
std::string lost(std::string_view type) {
  if (type.find("_toolset_") != std::string_view::npos) {
    return fmt::format(
        "the tool {} is not known here: dropped; the client can declare its tools one by one, or "
        "computer_20251124",
        type);
  }
  return fmt::format(
      "the tool {} is executed by Anthropic's servers only: dropped{}", type,
      type.starts_with("web_search_") ? " (SEARCH_URL searches instead, where it is the only tool)" : "");
}

Result<void> check_count(const Profile& profile, const openai::ChatRequest& chat) {
  if (profile.max_tools == 0 || std::ssize(chat.tools) <= profile.max_tools) return {};
  return client_error(
      ErrorKind::invalid_request,
      fmt::format("tools: {} tools, but the provider takes at most {}: disable MCP servers or tools that are "
                  "not needed",
                  chat.tools.size(), profile.max_tools));
}

}  // namespace

Result<WebSearch> translate_tools(const anthropic::MessagesRequest& request, const Profile& profile,
                                  ToolNames& names, Warnings& warnings, openai::ChatRequest& chat) {
  bool web_search = false;
  chat.tools.reserve(request.tools.size());
  for (const auto* tool : visible_tools(request)) {
    if (!tool->input_examples_json.empty())
      warnings.add("input_examples of a tool were dropped: no field takes them");
    if (auto translated = function(*tool, profile, names)) {
      const auto same = [&](const auto& sent) { return sent.name.view() == translated->name.view(); };
      if (std::ranges::any_of(chat.tools, same)) {
        warnings.add(fmt::format("the tool {} is listed twice: the first counts", tool->name));
        continue;
      }
      chat.tools.push_back(*std::move(translated));
      continue;
    }
    if (search(*tool, profile, warnings, chat)) continue;
    web_search = web_search || tool->type.starts_with("web_search_");
    warnings.add(lost(tool->type));
  }
  if (auto fits = check_count(profile, chat); !fits) return std::unexpected(std::move(fits.error()));
  if (chat.tools.empty()) return web_search ? WebSearch::lost : WebSearch::unaffected;
  // A summary is asked for beside the tools of the conversation, none of which is to be called.
  const auto choice = request.compaction
                          ? std::optional(anthropic::ToolChoice{.type = anthropic::ToolChoice::Type::none})
                          : request.tool_choice;
  if (choice) translate_choice(*choice, profile, names, warnings, chat);
  return WebSearch::unaffected;
}

}  // namespace ccp::translate
