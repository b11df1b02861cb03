#pragma once

#include <chrono>

#include "http/server.h"
#include "net/asio.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// Ends the call under way, and a pause between two, when the client goes away.
class ClientWatch {
 public:
  ClientWatch(http::Exchange& exchange, net::asio::io_context& io);
  ~ClientWatch();
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  [[nodiscard]] bool gone() const { return gone_; }

  /// Waits, less when the client goes away.
  net::Task<void> pause(std::chrono::milliseconds duration);

  /// Lets the watch know a call for as long as it lives.
  class Watched {
   public:
    Watched(ClientWatch& watch, upstream::Call& call) : watch_(watch) { watch_.call_ = &call; }
    ~Watched() { watch_.call_ = nullptr; }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

   private:
    ClientWatch& watch_;
  };

 private:
  void on_gone();

  http::Exchange& exchange_;
  net::Timer pause_;
  upstream::Call* call_ = nullptr;
  bool gone_ = false;
};

/// What becomes of a request whose client is gone.
std::unexpected<Error> cancelled();

}  // namespace ccp::proxy
