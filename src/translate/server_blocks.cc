#include "translate/server_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/utf8.h"

namespace ccp::translate {

namespace {

using Json = nlohmann::ordered_json;

/// A block of an unknown type is shown to the model as its JSON up to this many bytes.
constexpr std::size_t longest_json = 4096;
/// Of a larger one its texts are shown, up to this many bytes.
constexpr std::size_t longest_text = std::size_t{1} << 20;
/// Levels of lists and objects in which texts are looked for.
constexpr int max_depth = 8;

/// A string field, or nothing.
std::string_view text_of(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

const Json& field(const Json& object, const char* key) {
  static const Json nothing;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return !object.is_object() || found == object.end() ? nothing : *found;
}

void add_line(std::string& out, std::string_view line) {
  if (line.empty()) return;
  if (!out.empty()) out += '\n';
  out += line;
}

bool holds_text(std::string_view key) {
  constexpr std::array<std::string_view, 8> keys{"text",   "content", "title",         "url",
                                                 "stdout", "stderr",  "error_message", "error_code"};
  return std::ranges::find(keys, key) != keys.end();
}

/// Every text inside, in its order.
void add_texts(const Json& json, int depth, std::string& out) {
  if (depth > max_depth || out.size() > longest_text) return;
  if (json.is_string()) return add_line(out, json.get_ref<const std::string&>());
  if (json.is_array()) {
    for (const auto& element : json) add_texts(element, depth + 1, out);
  }
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    if (value.is_structured() || holds_text(key)) add_texts(value, depth + 1, out);
  }
}

std::string headed(std::string_view heading, const std::string& text) {
  return text.empty() ? fmt::format("[{}]", heading) : fmt::format("[{}]\n{}", heading, text);
}

/// The texts of a result, or the code of its error.
std::string result(std::string_view what, const Json& block) {
  const auto& content = field(block, "content");
  if (const auto code = text_of(content, "error_code"); !code.empty()) {
    return fmt::format("[{} failed: {}]", what, code);
  }
  std::string text;
  add_texts(content, 0, text);
  return headed(fmt::format("{} result", what), text);
}

std::string search_result(const Json& block) {
  const auto& content = field(block, "content");
  if (!content.is_array()) return result("web search", block);
  if (content.empty()) return "[web search: nothing was found]";
  std::string lines;
  for (const auto& page : content) {
    add_line(lines, fmt::format("- {} {}", text_of(page, "title"), text_of(page, "url")));
  }
  return headed("web search results", lines);
}

std::string fetched(const Json& block) {
  const auto& content = field(block, "content");
  const auto url = text_of(content, "url");
  if (url.empty()) return result("web fetch", block);
  const auto& document = field(content, "content");
  const auto& source = field(document, "source");
  std::string text(text_of(document, "title"));
  if (text_of(source, "type") == "text") add_line(text, text_of(source, "data"));
  return headed(fmt::format("fetched page {}", url), text);
}

std::string call(const Json& block) {
  const auto& input = field(block, "input");
  if (!input.is_object() || input.empty()) return {};
  return fmt::format("[{} called with {}]", text_of(block, "name"),
                     input.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string file(const Json& block) {
  return fmt::format("[the file {} is stored at Anthropic and cannot be read here]",
                     text_of(block, "file_id"));
}

std::string nothing(const Json&) { return {}; }

template <const char* what>
std::string result_of(const Json& block) {
  return result(what, block);
}
constexpr char code[] = "code execution", mcp[] = "MCP tool", editor[] = "text editor",
               search[] = "tool search", advisor[] = "advisor";

struct Known {
  std::string_view type;
  std::string (*text)(const Json& block);
};

constexpr std::array known_blocks{
    Known{"server_tool_use", call},
    Known{"mcp_tool_use", call},
    Known{"web_search_tool_result", search_result},
    Known{"web_fetch_tool_result", fetched},
    Known{"code_execution_tool_result", result_of<code>},
    Known{"bash_code_execution_tool_result", result_of<code>},
    Known{"text_editor_code_execution_tool_result", result_of<editor>},
    Known{"mcp_tool_result", result_of<mcp>},
    Known{"tool_search_tool_result", result_of<search>},
    Known{"advisor_tool_result", result_of<advisor>},
    Known{"container_upload", file},
    Known{"fallback", nothing},
    Known{"mcp_tool_listing", nothing},
};

std::string unknown(const anthropic::OtherBlock& block, Warnings& warnings) {
  if (block.json.size() <= longest_json) {
    warnings.add(fmt::format("a block of the unknown type {} became text", block.type));
    return std::string(block.json);
  }
  std::string text;
  add_texts(Json::parse(block.json, nullptr, false), 0, text);
  if (text.empty() || text.size() > longest_text) {
    warnings.add(fmt::format("a block of the unknown type {} became a placeholder", block.type));
    return fmt::format("[{}: {} bytes that cannot be shown here]", block.type, block.json.size());
  }
  warnings.add(fmt::format("of a block of the unknown type {} only its texts were sent", block.type));
  return headed(block.type, text);
}

}  // namespace

std::string other_text(const anthropic::OtherBlock& block, Warnings& warnings) {
  const auto* known = std::ranges::find(known_blocks, block.type, &Known::type);
  if (known == known_blocks.end()) return unknown(block, warnings);
  return known->text(Json::parse(block.json, nullptr, false));
}

}  // namespace ccp::translate
