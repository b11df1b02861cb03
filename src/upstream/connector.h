#pragma once

#include <chrono>
#include <memory>

#include "base/result.h"
#include "net/stream.h"
#include "upstream/cancellation.h"
#include "upstream/client.h"
#include "upstream/resolver.h"
#include "upstream/tls.h"

namespace ccp::upstream {

/// Opens connections: name resolution, TCP, a proxy's tunnel, TLS.
class Connector {
 public:
  /// `proxies` must outlive the connector.
  Connector(net::Deadlines& deadlines, std::chrono::milliseconds connect_timeout, const Proxies& proxies,
            Resolver& resolver, TlsContext& tls)
      : deadlines_(deadlines),
        connect_timeout_(connect_timeout),
        proxies_(proxies),
        resolver_(resolver),
        tls_(tls) {}

  /// Tries the addresses of `origin`, or of the proxy that leads to it, in turn. Errors: bad_gateway with
  /// Retry::yes naming the host and, for each address tried, what came of it; with Retry::no when the
  /// certificate is refused; cancelled.
  net::Task<Result<std::unique_ptr<net::Stream>>> connect(const Origin& origin, Cancellation& cancellation);

 private:
  net::Task<Result<std::unique_ptr<net::Stream>>> attempt(const Origin& origin, const Proxy* proxy,
                                                          net::Endpoint endpoint,
                                                          std::chrono::milliseconds tcp_time,
                                                          std::chrono::steady_clock::time_point end,
                                                          Cancellation& cancellation);
  net::Task<Result<void>> open(net::Socket& socket, net::Endpoint endpoint, std::chrono::milliseconds time,
                               Cancellation& cancellation);

  net::Deadlines& deadlines_;
  std::chrono::milliseconds connect_timeout_;
  const Proxies& proxies_;
  Resolver& resolver_;
  TlsContext& tls_;
};

}  // namespace ccp::upstream
