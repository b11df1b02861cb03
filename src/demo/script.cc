#include "demo/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "demo/example.h"
#include "json/writer.h"

namespace ccp::demo {

namespace {

constexpr std::size_t quoted_bytes = 200;

/// The beginning of a text, for quoting it.
std::string excerpt(std::string_view text) {
  std::string quote(beginning(text, quoted_bytes));
  if (quote.size() < text.size()) quote += "…";
  return quote;
}

std::string one_argument(std::string_view name, std::string_view value) {
  std::string text;
  json::Writer(text).begin_object().field(name, value).end_object();
  return text;
}

/// A call of the first harmless tool that the client declared: all of these only read.
std::optional<ToolCall> harmless_call(const Conversation& conversation) {
  const auto declared = [&](std::string_view name) {
    return std::ranges::find(conversation.tools, name) != conversation.tools.end();
  };
  if (declared("Glob")) return ToolCall{"Glob", one_argument("pattern", "*")};
  const auto& folder = conversation.working_directory;
  if (declared("LS") && !folder.empty()) return ToolCall{"LS", one_argument("path", folder)};
  if (declared("Read") && !folder.empty())
    return ToolCall{"Read", one_argument("file_path", folder + "/README.md")};
  if (declared("TaskList")) return ToolCall{"TaskList", "{}"};
  return std::nullopt;
}

std::optional<ToolCall> one_call(const Conversation& conversation) {
  if (conversation.structured_output.empty()) return harmless_call(conversation);
  return ToolCall{"StructuredOutput", example(conversation.structured_output)};
}

std::string greeting(const Conversation& conversation) {
  return fmt::format(
      "This is the demo provider built into claude-code-proxy: no model thinks here, but everything between "
      "Claude Code and this text "
      "is the real path (Messages API, translation, a socket, Chat Completions and back, streamed). You "
      "wrote: \"{}\".",
      excerpt(conversation.last_user));
}

std::string after_tool(const Conversation& conversation) {
  return fmt::format(
      "The tool ran on your machine and its result came back through the proxy: {} bytes, beginning "
      "with:\n\n{}\n\nThat is a whole tool "
      "round trip. To talk to a real model, set OPENAI_API_KEY (and OPENAI_BASE_URL) and start "
      "claude-code-proxy again.",
      conversation.last_tool_result.size(), excerpt(conversation.last_tool_result));
}

/// Keeps `max_tokens` words.
void cut(Reply& reply, std::size_t max_tokens) {
  const auto words = pieces(reply.text);
  reply.completion_tokens = words.size() + (reply.tool_calls.empty() ? 0 : 20);
  if (reply.completion_tokens <= max_tokens) return;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < std::min(max_tokens, words.size()); ++i) bytes += words[i].size();
  reply.text.resize(bytes);
  reply.tool_calls.clear();
  reply.finish_reason = "length";
  reply.completion_tokens = std::min(max_tokens, words.size());
}

}  // namespace

Reply reply(const Conversation& conversation) {
  Reply reply;
  if (!conversation.answer_schema.empty()) {
    reply.text = example(conversation.answer_schema);
  } else if (conversation.last_is_tool_result) {
    reply.text = after_tool(conversation);
  } else {
    reply.text = greeting(conversation);
    const auto call = conversation.tool_was_called ? std::nullopt : one_call(conversation);
    if (call) {
      reply.text += fmt::format(" Now I call the tool {} once, which changes nothing.", call->name);
      reply.tool_calls.push_back(*call);
      reply.finish_reason = "tool_calls";
    }
  }
  cut(reply, conversation.max_tokens);
  return reply;
}

std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> result;
  std::size_t start = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool word_begins = (text[i] == ' ' || text[i] == '\n') && text[i - 1] != ' ' && text[i - 1] != '\n';
    if (!word_begins) continue;
    result.push_back(text.substr(start, i - start));
    start = i;
  }
  if (start < text.size()) result.push_back(text.substr(start));
  return result;
}

}  // namespace ccp::demo
