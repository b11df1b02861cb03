#include "translate/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace ccp::translate {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view bool_names[] = {"no", "yes"};
constexpr std::string_view max_tokens_names[] = {"max_tokens", "max_completion_tokens"};
constexpr std::string_view reasoning_names[] = {"none",          "effort", "object",     "enable_thinking",
                                                "chat_template", "type",   "type_effort"};
constexpr std::string_view replay_names[] = {"none",   "tool_turns", "required", "with_tools",
                                             "always", "reasoning",  "details",  "think_tags"};
constexpr std::string_view thought_signatures_names[] = {"no", "yes", "required"};
constexpr std::string_view tool_choice_names[] = {"function", "required", "any", "auto", "none"};
constexpr std::string_view structured_output_names[] = {"json_schema", "json_object", "prompt"};
constexpr std::string_view schema_names[] = {"as_is", "openai",  "gemini",  "mistral",
                                             "groq",  "grammar", "moonshot"};
constexpr std::string_view effort_with_tools_names[] = {"no", "yes", "none"};
constexpr std::string_view call_ids_names[] = {"any", "short", "nine"};
constexpr std::string_view tool_names_names[] = {"any", "letter_first"};
constexpr std::string_view tool_markup_names[] = {"no", "yes", "json"};
constexpr std::string_view web_search_names[] = {"none", "openrouter", "options"};
constexpr std::string_view breakpoint_names[] = {"no", "yes", "openai"};
constexpr std::string_view tokenize_names[] = {"detect", "none", "llamacpp", "vllm"};

Names names(bool) { return bool_names; }
Names names(MaxTokens) { return max_tokens_names; }
Names names(Reasoning) { return reasoning_names; }
Names names(Replay) { return replay_names; }
Names names(ThoughtSignatures) { return thought_signatures_names; }
Names names(ToolChoices) { return tool_choice_names; }
Names names(StructuredOutput) { return structured_output_names; }
Names names(SchemaDialect) { return schema_names; }
Names names(EffortWithTools) { return effort_with_tools_names; }
Names names(CallIds) { return call_ids_names; }
Names names(ToolNameStart) { return tool_names_names; }
Names names(TextCalls) { return tool_markup_names; }
Names names(WebSearchBy) { return web_search_names; }
Names names(openai::Breakpoint) { return breakpoint_names; }
Names names(Tokenize) { return tokenize_names; }

std::string text_of(std::int64_t value) { return std::to_string(value); }
std::string text_of(const Efforts& value) { return value.text(); }
template <class Choice>
std::string text_of(Choice value) {
  return std::string(names(value)[static_cast<std::size_t>(value)]);
}

std::string allowed(std::int64_t) { return "a number"; }
std::string allowed(const Efforts&) {
  return fmt::format("some of {}, with commas", fmt::join(Efforts::names, ", "));
}
template <class Choice>
std::string allowed(Choice value) {
  return fmt::format("{}", fmt::join(names(value), ", "));
}

bool read(std::string_view text, std::int64_t& value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return false;
  value = number;
  return true;
}
bool read(std::string_view text, Efforts& value) {
  const auto parsed = Efforts::parse(text);
  if (parsed) value = *parsed;
  return parsed.has_value();
}
template <class Choice>
bool read(std::string_view text, Choice& value) {
  const auto known = names(value);
  const auto found = std::ranges::find(known, text);
  if (found == known.end()) return false;
  value = static_cast<Choice>(found - known.begin());
  return true;
}

}  // namespace

std::expected<Efforts, std::string> Efforts::parse(std::string_view text) {
  Efforts efforts;
  efforts.bits_ = 0;
  while (!text.empty()) {
    const auto name = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return std::unexpected(fmt::format("{} is no effort", name));
    efforts.bits_ |= static_cast<std::uint8_t>(1U << (found - std::begin(names)));
  }
  if (efforts.bits_ == 0) return std::unexpected("no effort is named");
  return efforts;
}

std::string Efforts::text() const {
  std::string text;
  for (const auto name : names) {
    if (contains(name)) text.append(text.empty() ? "" : ",").append(name);
  }
  return text;
}

bool Efforts::contains(std::string_view name) const {
  const auto found = std::ranges::find(names, name);
  return found != std::end(names) && (bits_ >> (found - std::begin(names)) & 1U) != 0;
}

std::string_view Efforts::nearest(std::string_view wanted) const {
  auto at = std::ranges::find(names, wanted) - std::begin(names);
  if (at == std::ssize(names)) return {};
  if (wanted == "xhigh" && !contains(wanted)) at = std::ssize(names) - 1;
  for (auto i = at; i > 0; --i) {
    if (contains(names[i])) return names[i];
  }
  for (auto i = at + 1; i < std::ssize(names); ++i) {
    if (contains(names[i])) return names[i];
  }
  return {};
}

const std::vector<ProfileField>& profile_fields() {
  static const std::vector<ProfileField> fields = {
      {"max_tokens", &Profile::max_tokens, "the field that bounds the answer"},
      {"max_output", &Profile::max_output, "the most tokens it may ask for; 0: not known"},
      {"sampling", &Profile::sampling, "temperature and top_p are taken"},
      {"top_k", &Profile::top_k, "top_k is taken"},
      {"max_stop", &Profile::max_stop, "how many stop sequences are taken"},
      {"reasoning", &Profile::reasoning, "how the provider is told to think"},
      {"efforts", &Profile::efforts, "the efforts it knows"},
      {"effort_with_tools", &Profile::effort_with_tools, "an effort is taken beside tools"},
      {"thinking_off", &Profile::thinking_off, "thinking can be switched off"},
      {"replay", &Profile::replay, "which earlier thinking goes back"},
      {"thinking_blocks", &Profile::thinking_blocks,
       "signed thinking_blocks go back to a gateway that sent them"},
      {"thought_signatures", &Profile::thought_signatures, "Gemini's signatures go back with tool calls"},
      {"images", &Profile::images, "images are taken"},
      {"image_urls", &Profile::image_urls, "images by URL are taken"},
      {"files", &Profile::files, "PDF files are taken"},
      {"inline_system", &Profile::inline_system, "system messages are taken between others"},
      {"user_after_tool", &Profile::user_after_tool, "a user message may follow tool results"},
      {"keep_attribution", &Profile::keep_attribution, "the client's attribution line is sent"},
      {"max_tools", &Profile::max_tools, "how many tools are taken; 0: any number"},
      {"tool_choice", &Profile::tool_choice, "the richest tool_choice that is taken"},
      {"parallel_tool_calls", &Profile::parallel_tool_calls, "parallel_tool_calls is taken"},
      {"call_ids", &Profile::call_ids,
       "ids of tool calls: short is up to 40 characters, nine is 9 letters or digits"},
      {"null_content", &Profile::null_content, "a message of tool calls alone may have the content null"},
      {"tool_stream", &Profile::tool_stream, "tool_stream asks for a call's arguments piece by piece"},
      {"keep_thinking", &Profile::keep_thinking, "thinking.keep asks for earlier turns' thinking to count"},
      {"max_description", &Profile::max_description, "the longest description of a tool; 0: any length"},
      {"tool_names", &Profile::tool_names, "how a tool's name must begin"},
      {"tool_markup", &Profile::tool_markup,
       "calls written as markup in the text become calls; json: bare JSON too"},
      {"schema", &Profile::schema, "which JSON Schemas are taken for tools"},
      {"structured_output", &Profile::structured_output, "how an answer by a schema is asked for"},
      {"strict_schema", &Profile::strict_schema, "strict is asked for where a schema allows it"},
      {"cache_control", &Profile::cache_control,
       "cache breakpoints are sent; openai: as prompt_cache_breakpoint"},
      {"cache_key", &Profile::cache_key, "prompt_cache_key and user are sent"},
      {"include_usage", &Profile::include_usage, "stream_options is taken"},
      {"stream_only", &Profile::stream_only, "it answers in streams only"},
      {"web_search", &Profile::web_search, "how it is told to search the web by itself"},
      {"tokenize", &Profile::tokenize, "whose count of a prompt count_tokens gives"},
  };
  return fields;
}

std::string value_of(const Profile& profile, const ProfileField& field) {
  return std::visit([&](auto member) { return text_of(profile.*member); }, field.member);
}

std::string values_of(const ProfileField& field) {
  return std::visit([](auto member) { return allowed(Profile().*member); }, field.member);
}

std::expected<void, std::string> apply(const ProfileSetting& setting, Profile& profile) {
  const auto& fields = profile_fields();
  const auto field = std::ranges::find(fields, setting.name, &ProfileField::name);
  if (field == fields.end()) {
    return std::unexpected(fmt::format("{} is no setting of a profile", setting.name));
  }
  if (std::visit([&](auto member) { return read(setting.value, profile.*member); }, field->member)) return {};
  return std::unexpected(fmt::format("{}={}: expected {}", setting.name, setting.value, values_of(*field)));
}

std::expected<std::vector<ProfileSetting>, std::string> parse_settings(std::string_view text) {
  constexpr std::string_view space = " \t\r";
  std::vector<ProfileSetting> settings;
  Profile scratch;
  for (;;) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(space)));
    if (text.empty()) return settings;
    const auto word = text.substr(0, text.find_first_of(space));
    text.remove_prefix(word.size());
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) {
      return std::unexpected(fmt::format("{}: expected name=value", word));
    }
    ProfileSetting setting{std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
    if (auto done = apply(setting, scratch); !done) return std::unexpected(done.error());
    settings.push_back(std::move(setting));
  }
}

}  // namespace ccp::translate
