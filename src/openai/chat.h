#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The request side of OpenAI's Chat Completions API
/// (https://platform.openai.com/docs/api-reference/chat/create): what we send. Views must outlive the value;
/// text is unescaped, `…_json` is copied as it is.
namespace ccp::openai {

/// Text that is either a view of the client's request or made by the translation.
class Text {
 public:
  Text() = default;
  Text(std::string_view view) : value_(view) {}                     // NOLINT(google-explicit-constructor)
  Text(const char* literal) : value_(std::string_view(literal)) {}  // NOLINT(google-explicit-constructor)
  Text(std::string owned) : value_(std::move(owned)) {}             // NOLINT(google-explicit-constructor)
  [[nodiscard]] std::string_view view() const {
    if (const auto* owned = std::get_if<std::string>(&value_)) return *owned;
    return std::get<std::string_view>(value_);
  }
  /// Adds to the end; from then on the text is owned.
  void append(std::string_view more) {
    if (const auto* borrowed = std::get_if<std::string_view>(&value_)) value_ = std::string(*borrowed);
    std::get<std::string>(value_) += more;
  }

 private:
  std::variant<std::string_view, std::string> value_;
};

/// How a cache breakpoint behind a text is written.
enum class Breakpoint : std::uint8_t {
  none,
  cache_control,            ///< `{"type":"ephemeral"}`, as Anthropic has it: Claude behind OpenRouter
  prompt_cache_breakpoint,  ///< `{"mode":"explicit"}`: OpenAI from gpt-5.6 on
                            ///< (https://developers.openai.com/api/docs/guides/prompt-caching)
};

struct TextPart {
  Text text;
  Breakpoint breakpoint = Breakpoint::none;
};
struct ImagePart {
  Text url;  ///< http(s) or data URL
};
struct FilePart {  ///< `{"type":"file","file":{"filename","file_data"}}`
  Text filename;
  Text file_data;  ///< data URL
};
using ContentPart = std::variant<TextPart, ImagePart, FilePart>;

struct SystemMessage {
  Text content;
  Breakpoint breakpoint = Breakpoint::none;
};
struct UserMessage {
  std::vector<ContentPart> content;  ///< never empty; a single TextPart is written as a plain string
};
struct ToolCall {
  Text id;
  Text name;
  std::string_view arguments_json;  ///< written as a JSON string holding these bytes
  std::string extra_content_json;   ///< Gemini's thought signature; left out when empty
};
struct AssistantMessage {
  std::optional<Text> content;  ///< written as null when absent
  std::optional<Text> reasoning_content;
  std::optional<Text> reasoning;
  std::string reasoning_details_json;  ///< OpenRouter's list; left out when empty
  std::string thinking_blocks_json;    ///< LiteLLM's and Envoy's list; left out when empty
  std::string extra_content_json;      ///< Gemini's signature of a text; left out when empty
  std::vector<ToolCall> tool_calls;
};
struct ToolMessage {
  Text tool_call_id;
  Text content;
  Breakpoint breakpoint = Breakpoint::none;
};
using Message = std::variant<SystemMessage, UserMessage, AssistantMessage, ToolMessage>;

struct FunctionTool {
  Text name;
  std::string_view description;  ///< left out when empty
  Text parameters_json;          ///< an object schema
};

struct ToolChoice {
  enum class Type : std::uint8_t { automatic, required, any, function, none };
  Type type = Type::automatic;
  Text name;  ///< for Type::function
};

/// How much the model is to think, in the form that the provider takes.
struct Reasoning {
  enum class Form : std::uint8_t {
    effort,
    object,
    enable_thinking,
    chat_template,
    thinking_type,
    type_effort
  };
  Form form = Form::effort;
  std::string_view effort;  ///< as it is sent where the form has one; empty: off
  bool keep = false;        ///< `thinking.keep`: earlier turns' thinking counts too
};

/// `response_format`.
struct ResponseFormat {
  std::string_view schema_json;  ///< empty: any JSON object
  bool strict = false;
};

/// Searching that the provider does by itself.
struct WebSearch {
  enum class Form : std::uint8_t {
    server_tool,  ///< OpenRouter's tool `openrouter:web_search`
    options,      ///< `web_search_options`, for OpenAI's search models
  };
  Form form = Form::server_tool;
  std::string_view allowed_domains_json;   ///< a list of strings; empty: any. For server_tool only
  std::string_view excluded_domains_json;  ///< likewise
};

struct ChatRequest {
  Text model;
  std::vector<Message> messages;
  std::vector<FunctionTool> tools;
  std::optional<ToolChoice> tool_choice;
  std::optional<bool> parallel_tool_calls;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> max_completion_tokens;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  std::vector<std::string_view> stop;
  std::optional<Reasoning> reasoning;
  std::optional<ResponseFormat> response_format;
  std::optional<WebSearch> web_search;
  std::string cache_key;  ///< sent as `prompt_cache_key` and `user`; left out when empty
  bool stream = false;
  bool tool_stream = false;   ///< `tool_stream` beside `stream`
  bool include_usage = true;  ///< on a stream `stream_options.include_usage` is asked
};

/// Writes the request's JSON to the end of `out`. Field order is fixed: the long common prefix of a
/// conversation (model, tools, messages) is byte-identical from turn to turn.
void write(const ChatRequest& request, std::string& out);

}  // namespace ccp::openai
