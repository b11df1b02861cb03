#include "translate/thinking.h"

namespace ccp::translate {

namespace {

std::string_view from_budget(std::int64_t tokens) {
  if (tokens <= 1024) return "minimal";
  if (tokens <= 4096) return "low";
  return tokens <= 16384 ? "medium" : "high";
}

/// An effort's name as the client means it, `none` for disabled thinking; empty when it says nothing.
std::string_view wanted(const anthropic::MessagesRequest& request) {
  using Type = anthropic::Thinking::Type;
  const auto& thinking = request.thinking;
  if (thinking && thinking->type == Type::disabled) return "none";
  if (!request.output_config.effort.empty()) return request.output_config.effort;
  if (thinking && thinking->type == Type::enabled && thinking->budget_tokens) {
    return from_budget(*thinking->budget_tokens);
  }
  return {};
}

/// The name to send as an effort; empty for nothing.
std::string_view effort(std::string_view wanted, const Efforts& known) {
  if (wanted == "none") return known.contains("none") ? "none" : "";
  return known.nearest(wanted);
}

/// The provider is told an effort by name.
bool is_graded(Reasoning reasoning) {
  return reasoning == Reasoning::effort || reasoning == Reasoning::object ||
         reasoning == Reasoning::type_effort;
}

openai::Reasoning::Form form(Reasoning reasoning) {
  using Form = openai::Reasoning::Form;
  switch (reasoning) {
    case Reasoning::object:
      return Form::object;
    case Reasoning::enable_thinking:
      return Form::enable_thinking;
    case Reasoning::chat_template:
      return Form::chat_template;
    case Reasoning::thinking_type:
      return Form::thinking_type;
    case Reasoning::type_effort:
      return Form::type_effort;
    case Reasoning::effort:
    case Reasoning::none:
      break;
  }
  return Form::effort;
}

}  // namespace

std::optional<openai::Reasoning> reasoning(const anthropic::MessagesRequest& request, const Profile& profile,
                                           bool has_tools) {
  const auto with = [&](std::string_view effort) {
    return openai::Reasoning{
        .form = form(profile.reasoning), .effort = effort, .keep = profile.keep_thinking};
  };
  const auto asked = wanted(request);
  const bool graded = is_graded(profile.reasoning);
  const bool unknown = profile.reasoning == Reasoning::none;
  if (has_tools && (graded || unknown) && profile.effort_with_tools == EffortWithTools::none)
    return with("none");
  if (unknown) return std::nullopt;
  // Qwen's models that always think refuse the field's absence as well.
  if (!profile.thinking_off && profile.reasoning == Reasoning::enable_thinking) return with("high");
  if (asked == "none" && !profile.thinking_off) return std::nullopt;
  if (asked == "none" && profile.reasoning != Reasoning::effort) return with({});
  if (has_tools && graded && profile.effort_with_tools == EffortWithTools::no) return std::nullopt;
  const auto name = graded ? effort(asked, profile.efforts) : Efforts().nearest(asked);
  if (name.empty()) return std::nullopt;
  return with(name);
}

}  // namespace ccp::translate
