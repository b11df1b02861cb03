#pragma once

#include <chrono>

#include "base/result.h"
#include "net/deadline.h"
#include "upstream/cancellation.h"
#include "upstream/client.h"

namespace ccp::upstream {

/// Asks the proxy at the other end of `socket` for a tunnel to `origin` (CONNECT, RFC 9110 section 9.3.6);
/// when it succeeds the next bytes are the origin's. Errors: bad_gateway naming the proxy, with Retry::no
/// where it refuses for good (403, 407); cancelled.
net::Task<Result<void>> open_tunnel(net::Socket& socket, net::Deadlines& deadlines, const Proxy& proxy,
                                    const Origin& origin, std::chrono::milliseconds time,
                                    Cancellation& cancellation);

}  // namespace ccp::upstream
