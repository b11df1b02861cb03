#pragma once

#include <string>

#include "base/result.h"
#include "upstream/client.h"

namespace ccp::upstream {

/// The head of `request` as it goes on the wire, empty line included. An error when a part of it cannot stand
/// in a head (control characters, an empty name) or names a field that is the client's business; it does not
/// repeat values, which may be secret. `proxy`: the request goes to it and not to the origin (absolute-form,
/// RFC 9112 section 3.2.2); null without one, and inside of a tunnel.
Result<std::string> request_text(const Origin& origin, const Request& request, const Proxy* proxy = nullptr);

}  // namespace ccp::upstream
