#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "net/http1.h"
#include "proxy/shared.h"

namespace ccp::endpoints {

/// Who may use an endpoint: everybody, or only who has the client key (when one is set).
enum class Access : std::uint8_t { open, client_key };

/// Why a request may not use an endpoint of this access, if so.
///
/// With a client key the key decides, whoever presents it. Without one, a web page could spend the user's
/// credit: what browsers send on behalf of another site is refused (`Origin`; `Sec-Fetch-Site`, Fetch
/// Metadata section 2.4), and so is, on a listener of this machine alone, a `Host` of any other name, by
/// which a page could reach it through a name of its own (DNS rebinding).
std::optional<Error> access_error(const config::Config& config, Access access, const net::RequestHead& head);

}  // namespace ccp::endpoints
