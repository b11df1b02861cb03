#include "provider/room.h"

#include <algorithm>

namespace ccp::provider {

namespace {

constexpr std::int64_t enough = 4'096;

/// The prompt, with what it may be longer in the provider's count.
std::int64_t prompt_at_most(std::int64_t prompt) { return prompt + prompt / 20; }

}  // namespace

std::int64_t room(std::int64_t window, const Demand& demand) {
  return window - prompt_at_most(demand.prompt);
}

std::int64_t useful_room(std::int64_t window, const Demand& demand) {
  const auto useful = std::max(std::min(window / 10, enough), std::min(demand.recent, window / 4));
  return demand.asked > 0 ? std::min(useful, demand.asked) : useful;
}

std::int64_t told_length(std::int64_t window, const Demand& demand) {
  return prompt_at_most(demand.prompt) + 2 * useful_room(window, demand);
}

}  // namespace ccp::provider
