#include "translate/thinking.h"

namespace ccp::translate {

namespace {

/// A name that this version does not know asks for nothing. `xhigh` and `max` are more than most providers
/// know.
std::string_view from_name(std::string_view effort) {
  for (const std::string_view known : {"minimal", "low", "medium", "high"}) {
    if (effort == known) return known;
  }
  return effort == "xhigh" || effort == "max" ? "high" : "";
}

std::string_view from_budget(std::int64_t tokens) {
  if (tokens <= 1024) return "minimal";
  if (tokens <= 4096) return "low";
  return tokens <= 16384 ? "medium" : "high";
}

}  // namespace

std::string_view reasoning_effort(const anthropic::MessagesRequest& request) {
  using Type = anthropic::Thinking::Type;
  const auto& thinking = request.thinking;
  if (thinking && thinking->type == Type::disabled) return {};
  if (!request.output_config.effort.empty()) return from_name(request.output_config.effort);
  if (thinking && thinking->type == Type::enabled && thinking->budget_tokens) {
    return from_budget(*thinking->budget_tokens);
  }
  return {};
}

}  // namespace ccp::translate
