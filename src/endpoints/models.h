#pragma once

#include "http/server.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::endpoints {

/// GET /v1/models (https://docs.anthropic.com/en/api/models-list): names for the client's three families,
/// then the provider's own list, which is asked at most every five minutes. Pages by `limit`, `after_id`,
/// `before_id`.
net::Task<void> list_models(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

/// GET /v1/models/{id}: the model behind any name that /v1/messages takes, listed or not.
net::Task<void> one_model(proxy::Worker& worker, http::Exchange& exchange, proxy::Record& record);

}  // namespace ccp::endpoints
