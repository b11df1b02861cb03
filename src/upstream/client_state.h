#pragma once

#include <array>
#include <memory>
#include <utility>

#include "upstream/client.h"
#include "upstream/connector.h"
#include "upstream/pool.h"
#include "upstream/resolver.h"
#include "upstream/tls.h"

namespace ccp::upstream {

/// What the calls of one worker share.
struct Client::State {
  State(net::Deadlines& worker_deadlines, Options given, std::unique_ptr<Resolver> names,
        std::unique_ptr<TlsContext> security)
      : options(std::move(given)),
        resolver(std::move(names)),
        tls(std::move(security)),
        connector(worker_deadlines, options.connect_timeout, options.proxies, *resolver, *tls),
        pool(worker_deadlines, options.idle_timeout, options.max_idle) {}

  Options options;
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<TlsContext> tls;
  Connector connector;
  Pool pool;
  std::array<char, std::size_t{64} << 10>
      buffer;  ///< borrowed by one call from a read to its next suspension
};

}  // namespace ccp::upstream
