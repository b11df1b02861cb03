#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// Answers one request of a client: finds the endpoint, checks the key, serves, and writes the log line.
net::Task<void> serve(Worker& worker, http::Exchange& exchange);

/// POST /v1/messages: the pipeline.
net::Task<void> messages(Worker& worker, http::Exchange& exchange, Record& record);

/// POST /v1/messages/count_tokens: `{"input_tokens": N}`, our own count.
net::Task<void> count_tokens(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /: what runs here, without a key. HEAD / is the client's probe.
net::Task<void> root(Worker& worker, http::Exchange& exchange, Record& record);

/// GET /health: for load balancers, without a key.
net::Task<void> health(Worker& worker, http::Exchange& exchange, Record& record);

/// The answer to a request that is refused before it reaches `serve`.
http::Response refuse(Worker& worker, int status, std::string_view reason);

}  // namespace ccp::proxy
