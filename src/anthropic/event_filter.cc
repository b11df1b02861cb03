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

}  // namespace ccp::anthropic
