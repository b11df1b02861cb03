#pragma once

#include <cstdint>

namespace ccp::provider {

/// What a request asks of a model's context window, in the provider's tokens.
struct Demand {
  std::int64_t prompt = 0;  ///< as far as it is known: our count, calibrated
  std::int64_t asked = 0;   ///< the most that the answer may have; 0: no bound
  std::int64_t recent = 0;  ///< the longest of the session's latest answers; 0: unknown
};

/// What the prompt leaves of `window`. 5 % of the prompt are kept free: our count is not quite the
/// provider's. Negative when the prompt alone is too long.
std::int64_t room(std::int64_t window, const Demand& demand);

/// The room without which an answer is of no use: a tenth of the window or 4,096 tokens, whichever is
/// smaller, or what the session's latest answers took, up to a quarter of the window; never more than is
/// asked for. A prompt that leaves less is an overflow: an agent whose answers are cut after a few words goes
/// on asking for the rest, while one that is told "prompt is too long" compacts its conversation.
std::int64_t useful_room(std::int64_t window, const Demand& demand);

/// The length of the prompt that the client is told beside `window`. The client takes the difference for what
/// it must leave out, so it holds a useful answer twice: one for the summary that it asks for next, one for
/// the answer behind it.
std::int64_t told_length(std::int64_t window, const Demand& demand);

}  // namespace ccp::provider
