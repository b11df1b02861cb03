#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// POST /v1/messages/count_tokens: `{"input_tokens": N}`, the provider's count where it has one, else ours.
net::Task<void> count_tokens(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

}  // namespace ccp::endpoints
