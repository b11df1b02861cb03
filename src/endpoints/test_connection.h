#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// GET /test-connection: one tiny completion by SMALL_MODEL, and what to do when it fails.
net::Task<void> test_connection(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

}  // namespace ccp::endpoints
