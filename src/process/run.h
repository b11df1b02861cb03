#pragma once

#include <functional>
#include <string>

#include "base/log.h"
#include "config/config.h"

namespace ccp::process {

/// What the start looks like from outside.
struct Launch {
  bool demo = false;  ///< the provider is the built-in simulator
};

/// Serves until SIGTERM or SIGINT: the first drains, the second (or DRAIN_TIMEOUT) ends at once. Prints the
/// banner on stderr when the port is open. Returns the process's exit code; a start that fails is explained
/// on stderr.
int run(config::Config config, const Launch& launch, Log& log);

/// What is printed at the start, whatever the log level.
std::string banner(const config::Config& config, const Launch& launch, std::uint16_t port);

}  // namespace ccp::process
