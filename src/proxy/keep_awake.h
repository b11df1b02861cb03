#pragma once

#include <memory>

#include "net/asio.h"
#include "proxy/delivery.h"

namespace ccp::proxy {

/// Keeps a client awake with pings while something is awaited that knows nothing of it: a slow connection to
/// the provider, a long count. Nothing else may be sent to the client from `KeepAwake` until `end` has
/// returned.
class KeepAwake {
 public:
  KeepAwake(net::asio::io_context& io, Delivery& delivery);
  KeepAwake(const KeepAwake&) = delete;
  KeepAwake& operator=(const KeepAwake&) = delete;

  /// Ends the pings; one under way is sent first. To be called before the object goes.
  net::Task<void> end();

 private:
  struct State;
  static net::Task<void> run(std::shared_ptr<State> state, Delivery& delivery);

  std::shared_ptr<State> state_;
};

}  // namespace ccp::proxy
