#include "translate/request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "translate/blocks.h"
#include "translate/conversation.h"
#include "translate/schema.h"
#include "translate/session_key.h"
#include "translate/thinking.h"
#include "translate/tools.h"

namespace ccp::translate {

namespace {

constexpr std::string_view no_web_search =
    "Web search is not configured in this environment: tell the user so, and do not invent search results.";

/// What a request for a compaction asks, where the client has no instructions of its own.
constexpr std::string_view summary_prompt =
    "Summarize this conversation for someone who has to carry on from the summary alone: what the user "
    "wants, in "
    "their words where they matter; what was found out and decided, and why; what was done, with the names "
    "of "
    "files, functions and commands; what failed; what is left to do, and the very next step. Call no tools. "
    "Answer with the summary and nothing else.";

/// Below this an answer is a word or two, and what a model thinks before it would use it up.
constexpr std::int64_t tiny_answer = 1024;
constexpr std::int64_t room_to_think = 8192;

/// The beginning of a UTF-8 text, cut between characters.
std::string_view up_to_characters(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && characters-- == 0) break;
  }
  return text.substr(0, at);
}

void set_max_tokens(const anthropic::MessagesRequest& request, const Profile& profile, const Limits& limits,
                    Translated& out) {
  if (!request.max_tokens) return;
  const auto most =
      profile.max_output > 0 ? std::min(limits.max_tokens, profile.max_output) : limits.max_tokens;
  const bool needs_room = !profile.thinking_off && *request.max_tokens < tiny_answer;
  const auto wanted = *request.max_tokens + (needs_room ? room_to_think : 0);
  const auto allowed = std::min(std::max(wanted, limits.min_tokens), most);
  out.clamped = allowed < *request.max_tokens;
  const bool completion = profile.max_tokens == MaxTokens::max_completion_tokens;
  (completion ? out.chat.max_completion_tokens : out.chat.max_tokens) = allowed;
}

void set_sampling(const anthropic::MessagesRequest& request, const Profile& profile, Warnings& warnings,
                  openai::ChatRequest& chat) {
  if (profile.top_k) {
    chat.top_k = request.top_k;
  } else if (request.top_k) {
    warnings.add("top_k has no equivalent: dropped");
  }
  if (profile.sampling) {
    chat.temperature = request.temperature;
    chat.top_p = request.top_p;
  } else if (request.temperature || request.top_p) {
    warnings.add("temperature and top_p are refused by this model: dropped");
  }
}

void set_stop(const anthropic::MessagesRequest& request, const Profile& profile, Warnings& warnings,
              openai::ChatRequest& chat) {
  for (const auto sequence : request.stop_sequences) {
    if (sequence.empty()) continue;
    if (std::ssize(chat.stop) == profile.max_stop) {
      warnings.add(fmt::format("only the first {} stop_sequences were sent", profile.max_stop));
      return;
    }
    chat.stop.push_back(sequence);
  }
}

void set_response_format(const anthropic::MessagesRequest& request, const Profile& profile,
                         openai::ChatRequest& chat) {
  const auto schema = request.output_config.schema_json;
  if (schema.empty() || profile.structured_output == StructuredOutput::prompt) return;
  auto& format = chat.response_format.emplace();
  if (profile.structured_output == StructuredOutput::json_object) return;
  format.schema_json = schema;
  format.strict = profile.strict_schema && fits_strict_mode(schema);
}

/// What a provider that cannot be held to the schema is told instead.
std::string schema_in_words(std::string_view schema) {
  return fmt::format(
      "Answer with one JSON value that is valid against the following JSON Schema, and with nothing else: no "
      "explanation and no code fence.\n{}",
      schema);
}

void set_parameters(const anthropic::MessagesRequest& request, const Profile& profile, const Limits& limits,
                    Warnings& warnings, Translated& out) {
  set_max_tokens(request, profile, limits, out);
  set_sampling(request, profile, warnings, out.chat);
  set_stop(request, profile, warnings, out.chat);
  set_response_format(request, profile, out.chat);
  out.chat.reasoning = reasoning(request, profile, !out.chat.tools.empty());
  out.chat.stream = request.stream || profile.stream_only;
  out.chat.include_usage = profile.include_usage;
  out.chat.tool_stream = profile.tool_stream && !out.chat.tools.empty();
  if (profile.cache_key) out.chat.cache_key = session_key(request.user_id);
}

/// Anthropic's servers would call these; here the client has to.
void warn_of_servers(const anthropic::MessagesRequest& request, Warnings& warnings) {
  if (request.mcp_servers.empty()) return;
  warnings.add(
      fmt::format("mcp_servers ({}) are called by Anthropic's servers only: dropped; a client can call "
                  "them itself, as Claude Code does",
                  fmt::join(request.mcp_servers, ", ")));
}

/// A summary and the answer in one would be two requests to the provider.
void warn_of_compaction(const anthropic::MessagesRequest& request, Warnings& warnings) {
  if (!request.compaction_ignored) return;
  warnings.add(
      "context_management: a compact edit is ignored unless it has pause_after_compaction, the whole "
      "conversation was sent");
}

/// The system prompt with what the proxy itself has to say behind it.
Result<openai::SystemMessage> system_message(const anthropic::MessagesRequest& request,
                                             const BlockContext& context, WebSearch web_search) {
  auto text = system_text(request.system, nullptr, context);
  if (!text) return std::unexpected(std::move(text).error());
  openai::SystemMessage message{*std::move(text)};
  const auto is_breakpoint = [](const auto& block) { return block.cache_control; };
  if (std::ranges::any_of(request.system, is_breakpoint)) message.breakpoint = context.profile.cache_control;
  if (web_search == WebSearch::lost) join(message.content, no_web_search);
  const auto schema = request.output_config.schema_json;
  if (!schema.empty() && context.profile.structured_output != StructuredOutput::json_schema) {
    join(message.content, schema_in_words(schema));
  }
  return message;
}

/// What a description may not hold is said in the system prompt.
void move_long_descriptions(const Profile& profile, std::vector<openai::FunctionTool>& tools,
                            openai::Text& system) {
  if (profile.max_description == 0) return;
  for (auto& tool : tools) {
    auto shorter = up_to_characters(tool.description, static_cast<std::size_t>(profile.max_description));
    if (shorter.size() == tool.description.size()) continue;
    join(system, fmt::format("The tool {}: {}", tool.name.view(), tool.description));
    tool.description = shorter;
  }
}

/// The request's own `cache_control` stands for a breakpoint behind its last block.
void mark_last(openai::Message& message, openai::Breakpoint breakpoint) {
  if (auto* system = std::get_if<openai::SystemMessage>(&message)) system->breakpoint = breakpoint;
  if (auto* result = std::get_if<openai::ToolMessage>(&message)) result->breakpoint = breakpoint;
  auto* user = std::get_if<openai::UserMessage>(&message);
  auto* text = user == nullptr ? nullptr : std::get_if<openai::TextPart>(&user->content.back());
  if (text != nullptr) text->breakpoint = breakpoint;
}

/// The conversation with its tools stays as it was, so that a cached prefix holds.
void ask_for_summary(std::string_view instructions, openai::ChatRequest& chat) {
  const bool own = !is_blank(instructions);
  chat.messages.emplace_back(openai::UserMessage{
      {openai::TextPart{own ? openai::Text(instructions) : openai::Text(summary_prompt)}}});
}

}  // namespace

Result<Translated> request(const anthropic::MessagesRequest& request, std::string_view upstream_model,
                           const Profile& profile, const Limits& limits, const Sources& sources) {
  Translated out;
  Warnings warnings;
  out.names = ToolNames(profile.tool_names);
  out.chat.model = std::string(upstream_model);
  const auto web_search = translate_tools(request, profile, out.names, warnings, out.chat);
  if (!web_search) return std::unexpected(web_search.error());
  const bool has_tools = !request.tools.empty() || !out.chat.tools.empty();
  const BlockContext context{profile, warnings, out.unread, sources, has_tools};
  warn_of_servers(request, warnings);
  warn_of_compaction(request, warnings);
  const bool found = *web_search == WebSearch::lost && sources.findings != nullptr;
  auto system = system_message(request, context, found ? WebSearch::unaffected : *web_search);
  if (!system) return std::unexpected(std::move(system).error());
  move_long_descriptions(profile, out.chat.tools, system->content);
  if (!system->content.view().empty()) out.chat.messages.emplace_back(*std::move(system));
  if (auto done = append_conversation(request.messages, context, out.names, out.chat.messages); !done) {
    return std::unexpected(std::move(done).error());
  }
  if (request.cache_control) mark_last(out.chat.messages.back(), profile.cache_control);
  if (request.compaction) ask_for_summary(*request.compaction, out.chat);
  if (found) append_findings(*sources.findings, out.chat.messages);
  set_parameters(request, profile, limits, warnings, out);
  out.warnings = warnings.take();
  return out;
}

}  // namespace ccp::translate
