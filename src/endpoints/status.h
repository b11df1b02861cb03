#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// GET /: what runs here, without a key. HEAD / is the client's probe.
net::Task<void> root(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

/// GET /health: for load balancers, without a key.
net::Task<void> health(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

/// GET /api/hello: Claude Code's probe at its start, and `claude doctor`'s. Without a key.
net::Task<void> hello(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

}  // namespace ccp::endpoints
