#pragma once

#include <chrono>
#include <string>

#include "anthropic/events.h"
#include "proxy/worker.h"
#include "upstream/cancellation.h"

namespace ccp::proxy {

/// A question that the proxy itself puts to a model of the provider.
struct OwnQuestion {
  std::string request_id;  ///< of the client's request that gave rise to it, for the log
  std::string body;        ///< of POST /v1/messages
  std::string model;       ///< the provider's name for it
  std::chrono::milliseconds patience;
};

struct OwnAnswer {
  std::string text;
  anthropic::StopReason stop_reason = anthropic::StopReason::end_turn;
};

/// Asks it, changed as often as the provider's refusals suggest, and reads the whole answer within
/// `patience`. Errors: as for a conversation; `timeout`; `cancelled`.
net::Task<Result<OwnAnswer>> ask_own(Worker& worker, OwnQuestion question,
                                     upstream::Cancellation& cancellation);

}  // namespace ccp::proxy
