#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "openai/chat.h"

/// What a provider takes of a request, as data. Every field has a name and a textual value, so that the table
/// of known providers, a user's own rules, what was learned from an error, and what `explain` prints are
/// written alike: `sampling=no`.
namespace ccp::translate {

enum class MaxTokens : std::uint8_t { max_tokens, max_completion_tokens };

/// How the provider is told to think.
enum class Reasoning : std::uint8_t {
  none,             ///< it takes nothing of the kind
  effort,           ///< `"reasoning_effort": "high"`
  object,           ///< `"reasoning": {"effort": "high"}`
  enable_thinking,  ///< `"enable_thinking": true`
  chat_template,    ///< `"chat_template_kwargs": {"enable_thinking": true}`
  thinking_type,    ///< `"thinking": {"type": "enabled"}`
  type_effort,      ///< the same, and `"reasoning_effort": "high"` beside it
};

/// Whether an effort is taken beside tools.
enum class EffortWithTools : std::uint8_t {
  no,  ///< it is refused
  yes,
  none,  ///< only `none`, and leaving it out is refused too
};

/// Which earlier thinking goes back with assistant messages.
enum class Replay : std::uint8_t {
  none,
  tool_turns,  ///< as `reasoning_content` where the message has tool calls, which then need one
  required,    ///< the same, and a placeholder where it is lost: the provider refuses the turn without
  with_tools,  ///< the same on every assistant message of a request with tools
  always,      ///< as `reasoning_content` on every message that has some
  reasoning,   ///< as `reasoning` on every message that has some
  details,     ///< as the `reasoning_details` that came with it, without any as `reasoning`
  think_tags,  ///< as `<think>` text in front of the content
};

/// Whether the reasoning of an assistant message goes back, by whether it has calls, and its request tools.
constexpr bool sends_reasoning(Replay replay, bool has_calls, bool has_tools) {
  switch (replay) {
    case Replay::none:
      return false;
    case Replay::tool_turns:
    case Replay::required:
      return has_calls;
    case Replay::with_tools:
      return has_calls || has_tools;
    default:
      return true;
  }
}

/// Whether the signatures of Gemini's tool calls go back.
enum class ThoughtSignatures : std::uint8_t {
  none,
  known,     ///< those that are known
  required,  ///< and a placeholder where one is lost: the provider refuses the turn without
};

/// The richest `tool_choice` the provider takes; each includes those behind it.
enum class ToolChoices : std::uint8_t {
  function,   ///< one named function
  required,   ///< any function
  any,        ///< the same, spelled `any`
  automatic,  ///< `auto` and `none`
  none,       ///< the field itself is refused
};

/// How an answer by a JSON schema is asked for; each step back is a weaker promise.
enum class StructuredOutput : std::uint8_t {
  json_schema,  ///< `response_format` with the schema
  json_object,  ///< `response_format` of any JSON, the schema in the system prompt
  prompt,       ///< the system prompt alone
};

/// Which JSON Schemas the provider takes for tools.
enum class SchemaDialect : std::uint8_t { as_is, openai, gemini, mistral, groq, grammar, moonshot };

/// Who counts the tokens of a prompt for POST /v1/messages/count_tokens.
enum class Tokenize : std::uint8_t {
  detect,    ///< the provider, where its list of models shows that it can
  none,      ///< this program alone
  llamacpp,  ///< the provider: `/apply-template`, then `/tokenize`
  vllm,      ///< the provider: `/tokenize` with messages
};

/// How the provider is told to search the web by itself.
enum class WebSearchBy : std::uint8_t {
  none,        ///< it does not: the tool is dropped and the model told so
  openrouter,  ///< the tool `openrouter:web_search`
  options,     ///< `web_search_options`
};

/// The ids of tool calls that are taken back.
enum class CallIds : std::uint8_t {
  any,
  short_ones,  ///< at most 40 characters, as OpenAI has it
  nine_alphanumeric,
};
enum class ToolNameStart : std::uint8_t { any, letter };

/// Which calls are taken out of the text, where the server in front of the model did not read them.
enum class TextCalls : std::uint8_t {
  none,
  markup,  ///< those in the markup of a model's template
  json,    ///< also bare JSON on a line of its own
};

/// The values of `reasoning_effort` that the provider knows.
class Efforts {
 public:
  static constexpr std::string_view names[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

  constexpr Efforts() = default;
  /// Names separated by commas. The error names what is none.
  static std::expected<Efforts, std::string> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool contains(std::string_view name) const;
  /// The name to send for `wanted`: itself; for `xhigh` and `max` else the highest; for others the next lower
  /// one that thinks at all, else the next higher one. Empty when the provider knows none.
  [[nodiscard]] std::string_view nearest(std::string_view wanted) const;

  friend bool operator==(const Efforts&, const Efforts&) = default;

 private:
  std::uint8_t bits_ = 0b0011110;  ///< minimal to high
};

/// The defaults suit an unknown OpenAI-compatible host.
struct Profile {
  MaxTokens max_tokens = MaxTokens::max_tokens;
  std::int64_t max_output = 0;  ///< most tokens of an answer; 0: not known
  bool sampling = true;
  bool top_k = false;
  std::int64_t max_stop = 100;  ///< stop sequences; the default is more than any client sends
  Reasoning reasoning = Reasoning::none;
  Efforts efforts;
  EffortWithTools effort_with_tools = EffortWithTools::yes;
  bool thinking_off = true;
  Replay replay = Replay::none;
  ThoughtSignatures thought_signatures = ThoughtSignatures::none;
  /// Whether signed `thinking_blocks` go back to a provider that sent them.
  bool thinking_blocks = true;
  bool images = true;
  bool image_urls = true;
  bool files = false;
  bool inline_system = true;
  bool user_after_tool = true;
  bool keep_attribution = false;
  std::int64_t max_tools = 0;  ///< 0: no limit
  ToolChoices tool_choice = ToolChoices::function;
  bool parallel_tool_calls = true;
  CallIds call_ids = CallIds::any;
  bool null_content = true;
  bool tool_stream = false;
  bool keep_thinking = false;
  std::int64_t max_description = 0;  ///< characters of a tool's description; 0: no limit
  ToolNameStart tool_names = ToolNameStart::any;
  TextCalls tool_markup = TextCalls::none;
  SchemaDialect schema = SchemaDialect::as_is;
  StructuredOutput structured_output = StructuredOutput::json_schema;
  bool strict_schema = false;
  openai::Breakpoint cache_control = openai::Breakpoint::none;
  bool cache_key = false;
  bool include_usage = true;
  bool stream_only = false;
  WebSearchBy web_search = WebSearchBy::none;
  Tokenize tokenize = Tokenize::detect;
};

using ProfileMember = std::variant<
    bool Profile::*, std::int64_t Profile::*, Efforts Profile::*, MaxTokens Profile::*, Reasoning Profile::*,
    Replay Profile::*, ThoughtSignatures Profile::*, ToolChoices Profile::*, StructuredOutput Profile::*,
    SchemaDialect Profile::*, EffortWithTools Profile::*, CallIds Profile::*, ToolNameStart Profile::*,
    TextCalls Profile::*, Tokenize Profile::*, WebSearchBy Profile::*, openai::Breakpoint Profile::*>;

/// One field of a Profile.
struct ProfileField {
  std::string_view name;
  ProfileMember member;
  std::string_view meaning;  ///< for docs and `explain`
};

/// All fields, in the order to show them.
const std::vector<ProfileField>& profile_fields();

/// A field's value as text.
std::string value_of(const Profile& profile, const ProfileField& field);

/// The values a field can have, for messages and docs: `yes, no`, `a number`, `effort, object, …`.
std::string values_of(const ProfileField& field);

/// `name=value`: one change of a profile.
struct ProfileSetting {
  std::string name;
  std::string value;

  friend bool operator==(const ProfileSetting&, const ProfileSetting&) = default;
};

/// Sets a field. The error says what is allowed.
std::expected<void, std::string> apply(const ProfileSetting& setting, Profile& profile);

/// Parses settings separated by white space and checks each. The error names the first wrong one.
std::expected<std::vector<ProfileSetting>, std::string> parse_settings(std::string_view text);

}  // namespace ccp::translate
