#pragma once

#include <vector>

#include "http/server.h"
#include "openai/models.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// The provider's models, asked for at most every five minutes; none where it gives no list. Their context
/// windows are learned.
net::Task<std::vector<openai::Model>> provider_models(Worker& worker, http::Exchange& exchange);

}  // namespace ccp::proxy
