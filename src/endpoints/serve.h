#pragma once

#include <string_view>

#include "http/server.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// Answers one request of a client: finds the endpoint, checks the key, serves, and writes the log line.
net::Task<void> serve(proxy::Worker& worker, http::Exchange& exchange);

/// The answer to a request that is refused before it reaches `serve`.
http::Response refuse(proxy::Worker& worker, int status, std::string_view reason);

}  // namespace ccp::endpoints
