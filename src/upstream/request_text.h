#pragma once

#include <string>

#include "base/result.h"
#include "upstream/client.h"

namespace ccp::upstream {

/// The head of `request` as it goes on the wire, empty line included. An error when a part of it cannot stand
/// in a head (control characters, an empty name) or names a field that is the client's business; it does not
/// repeat values, which may be secret.
Result<std::string> request_text(const Origin& origin, const Request& request);

}  // namespace ccp::upstream
