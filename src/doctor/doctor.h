#pragma once

#include <string_view>

#include "config/config.h"

/// The subcommands that look at a running or a planned proxy from outside.
namespace ccp::doctor {

/// Checks the way to the provider step by step and prints a line each on stdout, with the cure where one is
/// needed. Sends a few tiny requests. Returns the exit code: 0 when all is well but for warnings, 1 when
/// something fails. `demo`: the provider is the built-in simulator.
int examine(config::Config config, bool demo);

/// Asks the proxy that runs with this configuration for its health, for containers and service managers.
/// Returns the exit code: 0 when it is well; otherwise 1, with the reason on stderr.
int healthcheck(const config::Config& config);

/// Prints which upstream model and which rules apply to the client's `model`, and what they change. Returns
/// the exit code.
int explain(config::Config config, std::string_view model);

}  // namespace ccp::doctor
