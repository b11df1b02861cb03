#include "openai/chat.h"

#include "json/writer.h"

namespace ccp::openai {

namespace {

using json::Writer;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

void write_text_part(Writer& out, std::string_view text, Breakpoint breakpoint) {
  out.field("type", "text").field("text", text);
  if (breakpoint == Breakpoint::cache_control) {
    out.key("cache_control").begin_object().field("type", "ephemeral").end_object();
  } else if (breakpoint == Breakpoint::prompt_cache_breakpoint) {
    out.key("prompt_cache_breakpoint").begin_object().field("mode", "explicit").end_object();
  }
}

void write_part(Writer& out, const ContentPart& part) {
  out.begin_object();
  std::visit(Overloaded{
                 [&](const TextPart& text) { write_text_part(out, text.text.view(), text.breakpoint); },
                 [&](const ImagePart& image) {
                   out.field("type", "image_url").key("image_url").begin_object();
                   out.field("url", image.url.view()).end_object();
                 },
                 [&](const FilePart& file) {
                   out.field("type", "file").key("file").begin_object();
                   out.field("filename", file.filename.view())
                       .field("file_data", file.file_data.view())
                       .end_object();
                 },
             },
             part);
  out.end_object();
}

/// A plain string, which is all that many providers take, unless a breakpoint has to be marked.
void write_text(Writer& out, std::string_view text, Breakpoint breakpoint) {
  out.key("content");
  if (breakpoint == Breakpoint::none) {
    out.string(text);
    return;
  }
  out.begin_array().begin_object();
  write_text_part(out, text, breakpoint);
  out.end_object().end_array();
}

void write_user(Writer& out, const UserMessage& message) {
  out.field("role", "user").key("content");
  if (message.content.size() == 1) {
    if (const auto* text = std::get_if<TextPart>(&message.content.front());
        text && text->breakpoint == Breakpoint::none) {
      out.string(text->text.view());
      return;
    }
  }
  out.begin_array();
  for (const auto& part : message.content) write_part(out, part);
  out.end_array();
}

void write_tool_call(Writer& out, const ToolCall& call) {
  out.begin_object().field("id", call.id.view()).field("type", "function").key("function").begin_object();
  out.field("name", call.name.view()).field("arguments", call.arguments_json).end_object();
  if (!call.extra_content_json.empty()) out.key("extra_content").raw(call.extra_content_json);
  out.end_object();
}

void write_assistant(Writer& out, const AssistantMessage& message) {
  out.field("role", "assistant").key("content");
  if (message.content) {
    out.string(message.content->view());
  } else {
    out.null();
  }
  if (message.reasoning_content) out.field("reasoning_content", message.reasoning_content->view());
  if (message.reasoning) out.field("reasoning", message.reasoning->view());
  if (!message.reasoning_details_json.empty()) {
    out.key("reasoning_details").raw(message.reasoning_details_json);
  }
  if (!message.thinking_blocks_json.empty()) out.key("thinking_blocks").raw(message.thinking_blocks_json);
  if (!message.extra_content_json.empty()) out.key("extra_content").raw(message.extra_content_json);
  if (message.tool_calls.empty()) return;
  out.key("tool_calls").begin_array();
  for (const auto& call : message.tool_calls) write_tool_call(out, call);
  out.end_array();
}

void write_message(Writer& out, const Message& message) {
  out.begin_object();
  std::visit(Overloaded{
                 [&](const SystemMessage& m) {
                   write_text(out.field("role", "system"), m.content.view(), m.breakpoint);
                 },
                 [&](const UserMessage& m) { write_user(out, m); },
                 [&](const AssistantMessage& m) { write_assistant(out, m); },
                 [&](const ToolMessage& m) {
                   out.field("role", "tool").field("tool_call_id", m.tool_call_id.view());
                   write_text(out, m.content.view(), m.breakpoint);
                 },
             },
             message);
  out.end_object();
}

/// https://openrouter.ai/docs/guides/features/server-tools/web-search
void write_search_tool(Writer& out, const WebSearch& search) {
  out.begin_object().field("type", "openrouter:web_search");
  if (!search.allowed_domains_json.empty() || !search.excluded_domains_json.empty()) {
    out.key("parameters").begin_object();
    if (!search.allowed_domains_json.empty()) out.key("allowed_domains").raw(search.allowed_domains_json);
    if (!search.excluded_domains_json.empty()) out.key("excluded_domains").raw(search.excluded_domains_json);
    out.end_object();
  }
  out.end_object();
}

void write_tools(Writer& out, const ChatRequest& request) {
  const bool searches = request.web_search && request.web_search->form == WebSearch::Form::server_tool;
  if (request.tools.empty() && !searches) return;
  out.key("tools").begin_array();
  for (const auto& tool : request.tools) {
    out.begin_object()
        .field("type", "function")
        .key("function")
        .begin_object()
        .field("name", tool.name.view());
    if (!tool.description.empty()) out.field("description", tool.description);
    out.key("parameters").raw(tool.parameters_json.view()).end_object().end_object();
  }
  if (searches) write_search_tool(out, *request.web_search);
  out.end_array();
}

void write_tool_choice(Writer& out, const ToolChoice& choice) {
  out.key("tool_choice");
  switch (choice.type) {
    case ToolChoice::Type::automatic:
      out.string("auto");
      return;
    case ToolChoice::Type::required:
      out.string("required");
      return;
    case ToolChoice::Type::any:
      out.string("any");
      return;
    case ToolChoice::Type::none:
      out.string("none");
      return;
    case ToolChoice::Type::function:
      break;
  }
  out.begin_object().field("type", "function").key("function").begin_object();
  out.field("name", choice.name.view()).end_object().end_object();
}

void write_stop(Writer& out, const std::vector<std::string_view>& stop) {
  if (stop.empty()) return;
  out.key("stop").begin_array();
  for (const auto sequence : stop) out.string(sequence);
  out.end_array();
}

void write_reasoning(Writer& out, const Reasoning& reasoning) {
  const bool on = !reasoning.effort.empty() && reasoning.effort != "none";
  switch (reasoning.form) {
    case Reasoning::Form::effort:
      out.field("reasoning_effort", reasoning.effort);
      return;
    case Reasoning::Form::object:
      out.key("reasoning").begin_object();
      if (on) {
        out.field("effort", reasoning.effort);
      } else {
        out.key("enabled").boolean(false);
      }
      out.end_object();
      return;
    case Reasoning::Form::enable_thinking:
      out.key("enable_thinking").boolean(on);
      return;
    case Reasoning::Form::chat_template:
      out.key("chat_template_kwargs").begin_object().key("enable_thinking").boolean(on).end_object();
      return;
    case Reasoning::Form::thinking_type:
    case Reasoning::Form::type_effort:
      out.key("thinking").begin_object().field("type", on ? "enabled" : "disabled");
      if (on && reasoning.keep) out.field("keep", "all");
      out.end_object();
      if (on && reasoning.form == Reasoning::Form::type_effort)
        out.field("reasoning_effort", reasoning.effort);
      return;
  }
}

void write_response_format(Writer& out, const ResponseFormat& format) {
  out.key("response_format").begin_object();
  if (format.schema_json.empty()) {
    out.field("type", "json_object").end_object();
    return;
  }
  out.field("type", "json_schema").key("json_schema").begin_object();
  out.field("name", "response").key("schema").raw(format.schema_json);
  if (format.strict) out.key("strict").boolean(true);
  out.end_object().end_object();
}

void write_sampling(Writer& out, const ChatRequest& request) {
  if (request.temperature) out.key("temperature").number(*request.temperature);
  if (request.top_p) out.key("top_p").number(*request.top_p);
  if (request.top_k) out.key("top_k").integer(*request.top_k);
}

void write_parameters(Writer& out, const ChatRequest& request) {
  if (request.tool_choice) write_tool_choice(out, *request.tool_choice);
  if (request.parallel_tool_calls) out.key("parallel_tool_calls").boolean(*request.parallel_tool_calls);
  if (request.max_tokens) out.key("max_tokens").integer(*request.max_tokens);
  if (request.max_completion_tokens) out.key("max_completion_tokens").integer(*request.max_completion_tokens);
  write_sampling(out, request);
  write_stop(out, request.stop);
  if (request.reasoning) write_reasoning(out, *request.reasoning);
  if (request.response_format) write_response_format(out, *request.response_format);
  if (request.web_search && request.web_search->form == WebSearch::Form::options) {
    out.key("web_search_options").begin_object().end_object();
  }
  if (!request.cache_key.empty()) {
    out.field("prompt_cache_key", request.cache_key).field("user", request.cache_key);
  }
}

void write_stream(Writer& out, const ChatRequest& request) {
  if (!request.stream) return;
  out.key("stream").boolean(true);
  if (request.tool_stream) out.key("tool_stream").boolean(true);
  if (!request.include_usage) return;
  out.key("stream_options").begin_object().key("include_usage").boolean(true).end_object();
}

/// Bytes that `message` takes, escapes not counted.
std::size_t size_of(const Message& message) {
  constexpr std::size_t frame = 96;
  std::size_t size = frame;
  std::visit(Overloaded{
                 [&](const SystemMessage& m) { size += m.content.view().size(); },
                 [&](const UserMessage& m) {
                   for (const auto& part : m.content) {
                     size +=
                         frame + std::visit(Overloaded{
                                                [](const TextPart& p) { return p.text.view().size(); },
                                                [](const ImagePart& p) { return p.url.view().size(); },
                                                [](const FilePart& p) { return p.file_data.view().size(); },
                                            },
                                            part);
                   }
                 },
                 [&](const AssistantMessage& m) {
                   if (m.content) size += m.content->view().size();
                   for (const auto* text : {&m.reasoning_content, &m.reasoning}) {
                     if (*text) size += (*text)->view().size();
                   }
                   size += m.reasoning_details_json.size() + m.thinking_blocks_json.size();
                   for (const auto& call : m.tool_calls) size += frame + call.arguments_json.size();
                 },
                 [&](const ToolMessage& m) { size += m.content.view().size(); },
             },
             message);
  return size;
}

/// Room for the whole request with a sixteenth for escapes: one allocation instead of a chain of doublings.
std::size_t expected_size(const ChatRequest& request) {
  std::size_t size = 1024;
  if (request.response_format) size += request.response_format->schema_json.size();
  for (const auto& tool : request.tools)
    size += 128 + tool.description.size() + tool.parameters_json.view().size();
  for (const auto& message : request.messages) size += size_of(message);
  return size + size / 16;
}

}  // namespace

void write(const ChatRequest& request, std::string& out) {
  out.reserve(out.size() + expected_size(request));
  Writer writer(out);
  writer.begin_object().field("model", request.model.view());
  write_tools(writer, request);
  writer.key("messages").begin_array();
  for (const auto& message : request.messages) write_message(writer, message);
  writer.end_array();
  write_parameters(writer, request);
  write_stream(writer, request);
  writer.end_object();
}

}  // namespace ccp::openai
