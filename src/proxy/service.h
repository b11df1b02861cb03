#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// Answers one request of a client: finds the endpoint, checks the key, serves, and writes the log line.
net::Task<void> serve(Worker& worker, http::Exchange& exchange);

/// POST /v1/messages: the pipeline.
net::Task<void> messages(Worker& worker, http::Exchange& exchange, Record& record);

/// POST /v1/messages/count_tokens: `{"input_tokens": N}`, the provider's count where it has one, else ours.
net::Task<void> count_tokens(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /v1/models (https://docs.anthropic.com/en/api/models-list): names for the client's three families,
/// then the provider's own list, which is asked at most every five minutes. Pages by `limit`, `after_id`,
/// `before_id`.
net::Task<void> list_models(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /v1/models/{id}: the model behind any name that /v1/messages takes, listed or not.
net::Task<void> one_model(Worker& worker, http::Exchange& exchange, Record& record);

/// The provider's models, asked for at most every five minutes; none where it gives no list. Their context
/// windows are learned.
net::Task<std::vector<openai::Model>> provider_models(Worker& worker, http::Exchange& exchange);

/// GET /test-connection: one tiny completion by SMALL_MODEL, and what to do when it fails.
net::Task<void> test_connection(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /metrics: counts in Prometheus's text format.
net::Task<void> metrics(Worker& worker, http::Exchange& exchange, Record& record);

/// POST /v1/metrics, /v1/logs, /v1/traces: a client's own telemetry (OTLP/HTTP). It is taken and thrown away:
/// a 404 would make Claude Code log an error each time.
net::Task<void> client_telemetry(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /: what runs here, without a key. HEAD / is the client's probe.
net::Task<void> root(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /health: for load balancers, without a key.
net::Task<void> health(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /api/hello: Claude Code's probe at its start, and `claude doctor`'s. Without a key.
net::Task<void> hello(Worker& worker, http::Exchange& exchange, Record& record);

/// What a request gets while `limit` others are in flight (MAX_REQUESTS).
Error overloaded(std::int64_t limit);

/// The answer to a request that is refused before it reaches `serve`.
http::Response refuse(Worker& worker, int status, std::string_view reason);

}  // namespace ccp::proxy
