#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// POST /v1/messages: the pipeline.
net::Task<void> messages(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

}  // namespace ccp::endpoints
