#include "endpoints/timestamp.h"

#include <fmt/chrono.h>

#include <ctime>

namespace ccp::endpoints {

std::string timestamp() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace ccp::endpoints
