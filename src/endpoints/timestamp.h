#pragma once

#include <string>

namespace ccp::endpoints {

/// The time as ISO 8601 in UTC, whole seconds.
std::string timestamp();

}  // namespace ccp::endpoints
