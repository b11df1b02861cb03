#include "translate/auto_mode.h"

#include <algorithm>

namespace ccp::translate {

namespace {

constexpr std::string_view checking_model = "claude-sonnet-5";
/// What is asked for where CLAUDE_CODE_AUTO_MODE_MODEL names the model: in the first stage, in the second.
constexpr std::int64_t first_stage = 2112, second_stage = 10240;

bool ends_a_verdict(std::string_view stop) { return stop == "</block>" || stop == "</severity>"; }

bool thinking_off(const anthropic::MessagesRequest& request) {
  return request.thinking && request.thinking->type == anthropic::Thinking::Type::disabled;
}

bool names_form(const anthropic::ContentBlock& block) {
  const auto* text = std::get_if<anthropic::TextBlock>(&block.value);
  return text != nullptr && has_verdict(text->text);
}

}  // namespace

bool is_auto_mode_check(const anthropic::MessagesRequest& request) {
  if (request.stream || !request.tools.empty() || request.system.empty() || request.user_id.empty()) {
    return false;
  }
  if (std::ranges::any_of(request.stop_sequences, ends_a_verdict)) return true;
  if (request.model == checking_model && thinking_off(request)) return true;
  return request.max_tokens == first_stage || request.max_tokens == second_stage;
}

bool asks_for_verdict(const anthropic::MessagesRequest& request) {
  return is_auto_mode_check(request) &&
         (std::ranges::any_of(request.stop_sequences, ends_a_verdict) ||
          std::ranges::any_of(request.system, names_form) ||
          (!request.messages.empty() && std::ranges::any_of(request.messages.back().content, names_form)));
}

bool has_verdict(std::string_view answer) {
  return answer.contains("<block>") || answer.contains("<severity>");
}

}  // namespace ccp::translate
