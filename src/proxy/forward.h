#pragma once

#include "proxy/delivery.h"
#include "proxy/prepare.h"
#include "proxy/record.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// Sends the prepared request to the provider, with retries, and delivers the answer. Whatever happens, the
/// client has had exactly one ending when this returns (or is gone).
net::Task<void> forward(Worker& worker, http::Exchange& exchange, Prepared& prepared, Record& record);

}  // namespace ccp::proxy
