#pragma once

#include "config/config.h"
#include "upstream/client.h"

namespace ccp::doctor {

/// Where a proxy of this configuration is reached from this machine.
upstream::Origin local_proxy(const config::Config& config);

/// Nothing when it answers and is well, else what is wrong.
Result<void> ask_health(const config::Config& config);

}  // namespace ccp::doctor
