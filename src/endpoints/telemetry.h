#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// GET /metrics: counts in Prometheus's text format.
net::Task<void> metrics(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

/// POST /v1/metrics, /v1/logs, /v1/traces: a client's own telemetry (OTLP/HTTP). It is taken and thrown away:
/// a 404 would make Claude Code log an error each time.
net::Task<void> client_telemetry(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

}  // namespace ccp::endpoints
