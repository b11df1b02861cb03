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

}  // namespace

bool is_auto_mode_check(const anthropic::MessagesRequest& request) {
  if (request.stream || !request.tools.empty() || request.system.empty() || request.user_id.empty()) {
    return false;
  }
  if (std::ranges::any_of(request.stop_sequences, ends_a_verdict)) return true;
  if (request.model == checking_model && thinking_off(request)) return true;
  return request.max_tokens == first_stage || request.max_tokens == second_stage;
}

}  // namespace ccp::translate
