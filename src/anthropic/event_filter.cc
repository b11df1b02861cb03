#include "anthropic/event_filter.h"

#include <algorithm>

namespace ccp::anthropic {

void Compacting::text_start() {
  if (!summary_.empty()) summary_ += "\n\n";
}

void Compacting::text_delta(std::string_view text) {
  summary_ += text.substr(0, longest - std::min(longest, summary_.size()));
}

void Compacting::message_delta(StopReason, std::optional<std::string_view>, const Usage& usage) {
  next().compaction(summary_);
  next().message_delta(StopReason::compaction, std::nullopt, usage);
}

void HeldEnding::tool_use_start(std::string_view id, std::string_view name) {
  open_ = ToolCall{.id = std::string(id), .name = std::string(name)};
  next().tool_use_start(id, name);
}

void HeldEnding::input_json_delta(std::string_view partial_json) {
  if (open_) open_->input += partial_json;
  next().input_json_delta(partial_json);
}

void HeldEnding::block_stop() {
  next().block_stop();
  if (open_) on_call_(*std::exchange(open_, std::nullopt));
}

void HeldEnding::message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                               const Usage& usage) {
  ending_ = Ending{.reason = reason, .stop_sequence = std::nullopt, .usage = usage};
  if (stop_sequence) ending_->stop_sequence = *stop_sequence;
}

void HeldEnding::release(std::string_view safeguard_results) {
  if (!ending_) return;
  const auto ending = *std::exchange(ending_, std::nullopt);
  complete_ = false;
  next().safeguard_results(safeguard_results);
  next().message_delta(ending.reason, ending.stop_sequence, ending.usage);
  next().message_stop();
}

}  // namespace ccp::anthropic
