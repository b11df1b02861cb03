#include "proxy/slot.h"

#include <string>

namespace ccp::proxy {

Error overloaded(std::int64_t limit) {
  return Error{.kind = ErrorKind::overloaded,
               .source = ErrorSource::internal,
               .message = std::to_string(limit) + " requests are in flight already (MAX_REQUESTS)",
               .retry_after = std::chrono::seconds(1)};
}

}  // namespace ccp::proxy
