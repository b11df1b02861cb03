#include "translate/adjust.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/ascii.h"
#include "translate/numbers.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

using Phrases = std::span<const std::string_view>;

bool any(std::string_view text, Phrases phrases) {
  return std::ranges::any_of(phrases, [&](auto phrase) { return text.contains(phrase); });
}

/// How providers say that they do not take a parameter at all.
constexpr std::string_view refusal[] = {
    "unsupported",       "not supported",  "not support",           "n't support",      "unknown",
    "unrecognized",      "not permitted",  "extra_forbidden",       "unexpected",       "not allowed",
    "invalid parameter", "invalid field",  "no longer supported",   "not available",    "unavailable",
    "is not a valid",    "cannot be used", "additional properties", "not enabled",      "refused",
    "deprecated for",    "cannot both",    "incompatible",          "invalid_parameter"};

/// One of `who` and one of `how` in the message (`how` empty: none needed) mean `setting`. The first match
/// counts.
struct Wording {
  std::array<std::string_view, 7> who;
  std::array<std::string_view, 4> how;  ///< empty: one of the common words of refusal
  std::string_view name;
  std::string_view value;
};

constexpr std::array wordings = {
    // Names of fields that exclude each other.
    Wording{{"use 'max_completion_tokens' instead", "use `max_completion_tokens` instead",
             "use max_completion_tokens instead"},
            {"max_tokens"},
            "max_tokens",
            "max_completion_tokens"},
    // Modes.
    Wording{{"only support stream mode", "only supports stream mode", "must have stream=true",
             "must be set to false for non-streaming", "only supports streaming", "stream=true is required"},
            {"stream"},
            "stream_only",
            "yes"},
    // The order and kinds of messages.
    Wording{
        {"system message must be at the beginning", "system role not supported",
         "system role is not supported", "conversation roles must alternate", "invalid message role: system",
         "unexpected role 'system' after", "system messages are only allowed at the"},
        {"system", "role"},
        "inline_system",
        "no"},
    Wording{{"unexpected role 'user' after role 'tool'"}, {"role"}, "user_after_tool", "no"},
    Wording{{"tool call id was", "tool_call_id must be", "tool call id must be"},
            {"length of 9", "9 characters"},
            "call_ids",
            "nine"},
    Wording{{"tool_calls", "tool_call_id", "call_id"},
            {"maximum length 40", "at most 40 characters", "longer than 40", "max length 40"},
            "call_ids",
            "short"},
    Wording{{"each message must have at least one content element", "content cannot be null",
             "content must not be null", "content can't be null", "'content' is a required property",
             "messages with role 'assistant' must have content", "content field is required"},
            {"content"},
            "null_content",
            "no"},
    Wording{{"content: input should be a valid string", "content should be a string",
             "content: expected a string", "messages.content: none is not", "content: invalid type: null",
             "invalid value for 'content': expected a string, got null"},
            {"none", "null", "input should be a valid string"},
            "null_content",
            "no"},
    Wording{{"function name is invalid, must start with a letter", "must start with a letter",
             "name must begin with a letter"},
            {"name"},
            "tool_names",
            "letter_first"},
    Wording{{"reasoning_content"}, {"must be passed back"}, "replay", "with_tools"},
    Wording{{"reasoning_content"},
            {"is missing in assistant", "missing `reasoning_content`", "missing reasoning_content"},
            "replay",
            "required"},
    Wording{{"reasoning_content"}, {}, "replay", "none"},
    Wording{{"reasoning_details"}, {}, "replay", "none"},
    Wording{{"thinking_blocks"}, {}, "thinking_blocks", "no"},
    Wording{{"thought_signature", "thought signature"}, {"missing"}, "thought_signatures", "required"},
    // Content.
    Wording{{"only base64", "base64 encoded image", "data urls are supported", "image urls are not"},
            {"image", "url"},
            "image_urls",
            "no"},
    Wording{{"image_url", "image input", "support image", "images", "vision", "multimodal"},
            {"not support", "n't support", "not a multimodal", "only supported by certain models"},
            "images",
            "no"},
    Wording{{"image_url", "image input", "image content"},
            {"unknown variant", "not supported", "no endpoints found", "not enabled"},
            "images",
            "no"},
    Wording{{"messages.content.type", "content must be a string", "content' : value must be a string",
             "data required for image input"},
            {"['text']", "must be a string", "image input"},
            "images",
            "no"},
    Wording{{"'file'", "`file`", "\"file\"", "file content", "file input", "pdf"},
            {"invalid value: 'file'", "unknown variant", "not supported", "n't support"},
            "files",
            "no"},
    // Tools.
    Wording{{"'tools'", "\"tools\"", "tools"},
            {"maximum length 128", "more than 128", "128 tools"},
            "max_tools",
            "128"},
    Wording{{"parallel_tool_calls"}, {}, "parallel_tool_calls", "no"},
    Wording{{"failed to parse grammar", "error compiling grammar", "json schema conversion failed",
             "failed to initialize samplers", "unable to generate grammar",
             "unrecognized schema:", "error resolving ref"},
            {"grammar", "schema", "sampler", "ref"},
            "schema",
            "grammar"},
    Wording{{"function_declarations", "functiondeclaration"},
            {"schema", "parameters", "unknown name"},
            "schema",
            "gemini"},
    Wording{{"moonshot flavored json schema"}, {"not a valid"}, "schema", "moonshot"},
    Wording{{"invalid schema for function", "array schema missing items", "has non-unique elements",
             "duplicate items", "is not of type 'object'"},
            {"schema", "required", "properties", "non-unique"},
            "schema",
            "openai"},
    Wording{{"unable to generate parser for this template", "invalid pattern", "invalid regex",
             "unsupported pattern", "unsupported regex"},
            {"schema", "grammar", "pattern", "regex"},
            "schema",
            "grammar"},
    Wording{{"function.description", "tool description", "function description", "description"},
            {"maximum length 1024", "at most 1024 characters", "1024 characters or", "exceeds 1024"},
            "max_description",
            "1024"},
    Wording{{"tool_stream"}, {}, "tool_stream", "no"},
    Wording{{"thinking.keep", "'keep'", "`keep`"}, {}, "keep_thinking", "no"},
    // Structured outputs, said without the field's name.
    Wording{{"function calling with a response mime type", "json mode cannot be combined with tool"},
            {"unsupported", "cannot be combined"},
            "structured_output",
            "prompt"},
    // Parameters.
    Wording{{"stream_options", "include_usage"}, {}, "include_usage", "no"},
    Wording{{"prompt_cache_key", "'user'", "\"user\""}, {}, "cache_key", "no"},
    Wording{{"cache_control", "prompt_cache_breakpoint"}, {}, "cache_control", "no"},
    Wording{{"function tools with reasoning_effort"},
            {"set reasoning_effort to 'none'", "set reasoning_effort to `none`"},
            "effort_with_tools",
            "none"},
    Wording{
        {"reasoning is mandatory", "always engages in thinking", "enable_thinking parameter is restricted"},
        {"cannot be disabled", "restricted to true"},
        "thinking_off",
        "no"},
    Wording{{"function tools with reasoning_effort", "reasoning_effort", "reasoning effort"},
            {"with tools", "with function tools", "tools with reasoning_effort"},
            "effort_with_tools",
            "no"},
    Wording{{"reasoning_effort", "reasoning.effort", "enable_thinking", "chat_template_kwargs",
             "does not support thinking", "'reasoning'"},
            {},
            "reasoning",
            "none"},
    Wording{{"reasoningeffort", "\"reasoning\"", "`reasoning`", "'thinking'", "\"thinking\"", "`thinking`"},
            {},
            "reasoning",
            "none"},
    Wording{{"temperature", "top_p"}, {}, "sampling", "no"},
    Wording{{"temperature", "top_p"},
            {"only 1 is allowed", "only the default", "must be 1", "is allowed for this model"},
            "sampling",
            "no"},
    Wording{{"top_k"}, {}, "top_k", "no"},
    Wording{{"'stop'", "`stop`", "\"stop\""}, {"maximum length 4", "at most 4", "up to 4"}, "max_stop", "4"},
    Wording{{"'stop'", "`stop`", "\"stop\"", "model: stop", "parameter stop", "stop sequences"},
            {},
            "max_stop",
            "0"},
    Wording{{"max_completion_tokens"}, {}, "max_tokens", "max_tokens"},
    Wording{{"'max_tokens'", "`max_tokens`", "\"max_tokens\""}, {}, "max_tokens", "max_completion_tokens"},
};

bool says(const Wording& wording, std::string_view message) {
  const auto told = [&](std::string_view phrase) { return !phrase.empty() && message.contains(phrase); };
  if (!std::ranges::any_of(wording.who, told)) return false;
  return wording.how[0].empty() ? any(message, refusal) : std::ranges::any_of(wording.how, told);
}

/// "at most 16384", "[1, 8192]", "64000 > 8192": the largest number below what was asked for.
std::optional<ProfileSetting> output_limit(std::string_view message, std::int64_t asked) {
  constexpr std::string_view names[] = {
      "max_tokens",        "max_completion_tokens", "maxoutputtokens",    "max_output_tokens",
      "completion tokens", "output tokens",         "max tokens must be", "maximum tokens you requested"};
  constexpr std::string_view bounds[] = {
      "at most",     "less than or equal", "range", "maximum",         " > ",      "exceed",
      "<= ",         "too large",          "limit", "must be between", "too high", "cannot be greater",
      "must be in ("};
  constexpr std::string_view window[] = {"context length", "context window", "context limit", "context size"};
  if (asked == 0 || !any(message, names) || !any(message, bounds)) return std::nullopt;
  if (message.contains("stream=true")) return std::nullopt;
  std::int64_t limit = 0;
  for (const auto& number : numbers_in(message)) {
    if (number.value < asked) limit = std::max(limit, number.value);
  }
  const bool exclusive = message.contains("(exclusive)");
  if (any(message, window) && !message.contains("maximum value")) return std::nullopt;
  if (limit < 16) return std::nullopt;
  return ProfileSetting{"max_output", std::to_string(exclusive ? limit - 1 : limit)};
}

/// "Supported values are: 'low', 'medium', and 'high'.", "must be one of `none` or `default`"
std::optional<ProfileSetting> supported_efforts(std::string_view message) {
  const auto at = std::min(message.find("supported values"), message.find("must be one of"));
  if (at == std::string_view::npos || !message.contains("effort")) return std::nullopt;
  const auto list = message.substr(at);
  std::string known;
  for (const auto name : Efforts::names) {
    for (const char quote : {'\'', '"', '`'}) {
      if (!list.contains(quote + std::string(name) + quote)) continue;
      known.append(known.empty() ? "" : ",").append(name);
      break;
    }
  }
  if (known.empty()) return std::nullopt;
  return ProfileSetting{"efforts", known};
}

/// How refusals name `tool_choice`.
constexpr std::string_view choice_words[] = {"tool_choice",          "tool choice",
                                             "toolchoice",           "function_calling_config",
                                             "forced function call", "forced tool"};

/// One step back from what `profile` has now.
std::optional<ProfileSetting> step_back(std::string_view message, const Profile& profile) {
  if (message.contains("response_format") || message.contains("json_schema")) {
    if (profile.strict_schema) return ProfileSetting{"strict_schema", "no"};
    if (profile.structured_output == StructuredOutput::json_schema) {
      return ProfileSetting{"structured_output", "json_object"};
    }
    return ProfileSetting{"structured_output", "prompt"};
  }
  // A server that was started without tools; nothing that is sent can help.
  if (message.contains("--enable-auto-tool-choice")) return std::nullopt;
  switch (profile.tool_choice) {
    case ToolChoices::function:
      return ProfileSetting{"tool_choice", "required"};
    case ToolChoices::required:
    case ToolChoices::any:
      return ProfileSetting{"tool_choice", "auto"};
    case ToolChoices::automatic:
    case ToolChoices::none:
      break;
  }
  return ProfileSetting{"tool_choice", "none"};
}

bool is_news(const ProfileSetting& setting, const Profile& profile) {
  const auto& fields = profile_fields();
  const auto field = std::ranges::find(fields, setting.name, &ProfileField::name);
  return field != fields.end() && value_of(profile, *field) != setting.value;
}

std::optional<ProfileSetting> by_wording(std::string_view message) {
  const auto found =
      std::ranges::find_if(wordings, [&](const auto& wording) { return says(wording, message); });
  if (found == wordings.end()) return std::nullopt;
  return ProfileSetting{std::string(found->name), std::string(found->value)};
}

}  // namespace

std::optional<ProfileSetting> adjustment(const RefusedRequest& refused) {
  const bool may_be = refused.status == 400 || refused.status == 404 || refused.status == 405 ||
                      refused.status == 422 || refused.status == 500;
  if (!may_be) return std::nullopt;
  auto message = lower(refused.body.message);
  if (!refused.body.param.empty()) message += " '" + lower(refused.body.param) + "'";
  auto change = output_limit(message, refused.max_tokens);
  if (!change) change = supported_efforts(message);
  const bool weaker =
      any(message, choice_words) || message.contains("response_format") || message.contains("json_schema");
  if (!change && weaker) change = step_back(message, refused.profile);
  if (!change) change = by_wording(message);
  if (!change || !is_news(*change, refused.profile)) return std::nullopt;
  return change;
}

}  // namespace ccp::translate
