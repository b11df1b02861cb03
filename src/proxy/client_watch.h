#pragma once

#include <chrono>

#include "http/server.h"
#include "net/asio.h"
#include "upstream/cancellation.h"

namespace ccp::proxy {

/// Ends what is under way for a client, and a pause between two calls, when the client goes away.
class ClientWatch : public upstream::Cancellation {
 public:
  ClientWatch(http::Exchange& exchange, net::asio::io_context& io);
  ~ClientWatch();
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  [[nodiscard]] bool gone() const { return requested(); }

  /// Waits, less when the client goes away.
  net::Task<void> pause(std::chrono::milliseconds duration);

 private:
  void on_gone();

  http::Exchange& exchange_;
  net::Timer pause_;
};

/// What becomes of a request whose client is gone.
std::unexpected<Error> cancelled();

}  // namespace ccp::proxy
