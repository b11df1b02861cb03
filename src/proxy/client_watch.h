#pragma once

#include <chrono>

#include "http/server.h"
#include "net/asio.h"
#include "proxy/cancellation.h"

namespace ccp::proxy {

/// Ends what is under way for a client, and a pause between two calls, when the client goes away.
class ClientWatch : public Cancellation {
 public:
  ClientWatch(http::Exchange& exchange, net::asio::io_context& io);
  ~ClientWatch();
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  /// Waits, less when the client goes away.
  net::Task<void> pause(std::chrono::milliseconds duration);

 private:
  void on_gone();

  http::Exchange& exchange_;
  net::Timer pause_;
};

}  // namespace ccp::proxy
