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

struct TextPart {
  Text text;
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
};
struct UserMessage {
  std::vector<ContentPart> content;  ///< never empty; a single TextPart is written as a plain string
};
struct ToolCall {
  Text id;
  Text name;
  std::string_view arguments_json;  ///< written as a JSON string holding these bytes
};
struct AssistantMessage {
  std::optional<Text> content;  ///< written as null when absent
  std::optional<Text> reasoning_content;
  std::vector<ToolCall> tool_calls;
};
struct ToolMessage {
  Text tool_call_id;
  Text content;
};
using Message = std::variant<SystemMessage, UserMessage, AssistantMessage, ToolMessage>;

struct FunctionTool {
  Text name;
  std::string_view description;  ///< left out when empty
  Text parameters_json;          ///< an object schema
};

struct ToolChoice {
  enum class Type : std::uint8_t { automatic, required, function, none };
  Type type = Type::automatic;
  Text name;  ///< for Type::function
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
  std::vector<std::string_view> stop;
  std::string_view reasoning_effort;      ///< left out when empty
  std::string_view response_schema_json;  ///< left out when empty; written as response_format json_schema
  bool stream = false;                    ///< when true `stream_options.include_usage` is asked too
};

/// Writes the request's JSON to the end of `out`. Field order is fixed: the long common prefix of a
/// conversation (model, tools, messages) is byte-identical from turn to turn.
void write(const ChatRequest& request, std::string& out);

}  // namespace ccp::openai
