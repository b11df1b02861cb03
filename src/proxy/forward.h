#pragma once

#include "proxy/delivery.h"
#include "proxy/prepare.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// Sends the prepared request to the provider, with retries, and delivers the answer. Whatever happens, the
/// client has had exactly one ending when this returns (or is gone). `client_body` is what it was prepared
/// from: a provider that refuses a parameter gets the request anew without it. It is given back to the system
/// once the provider has accepted.
net::Task<void> forward(Worker& worker, http::Exchange& exchange, Prepared& prepared,
                        std::string& client_body, Record& record);

}  // namespace ccp::proxy
