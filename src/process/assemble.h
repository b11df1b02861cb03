#pragma once

#include "base/result.h"
#include "config/config.h"
#include "provider/profiles.h"
#include "proxy/search_backend.h"
#include "proxy/shared.h"
#include "upstream/client.h"

namespace ccp::process {

/// What the configuration says about the way to the provider.
struct Endpoints {
  upstream::Origin origin;
  upstream::Options options;
  std::vector<provider::Rule> rules;  ///< of PROFILES_FILE
  std::optional<proxy::SearchBackend> search;
};

/// Reads base URL and proxies. The errors are those that `check_endpoints` reports before.
Result<Endpoints> endpoints(const config::Config& config);

/// Adds a problem for the base URL, SEARCH_URL, each proxy, certificate file and line of PROFILES_FILE that
/// cannot be used.
void check_endpoints(const config::Config& config, config::Problems& problems);

/// What a process of this configuration shares. `log` must outlive it.
proxy::Shared share(config::Config config, Log& log, Endpoints ends);

}  // namespace ccp::process
