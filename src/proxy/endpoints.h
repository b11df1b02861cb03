#pragma once

#include "base/result.h"
#include "config/config.h"
#include "proxy/search_backend.h"
#include "route/profiles.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// What the configuration says about the way to the provider.
struct Endpoints {
  upstream::Origin origin;
  upstream::Options options;
  std::vector<route::Rule> rules;  ///< of PROFILES_FILE
  std::optional<SearchBackend> search;
};

/// Reads base URL and proxies. The errors are those that `check_endpoints` reports before.
Result<Endpoints> endpoints(const config::Config& config);

/// Adds a problem for the base URL, SEARCH_URL, each proxy, certificate file and line of PROFILES_FILE that
/// cannot be used.
void check_endpoints(const config::Config& config, config::Problems& problems);

}  // namespace ccp::proxy
