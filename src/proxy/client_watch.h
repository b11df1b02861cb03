#pragma once

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "http/server.h"
#include "net/asio.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// Ends what is under way for a client, and a pause between two calls, when the client goes away.
class ClientWatch {
 public:
  ClientWatch(http::Exchange& exchange, net::asio::io_context& io);
  ~ClientWatch();
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  [[nodiscard]] bool gone() const { return gone_; }

  /// Waits, less when the client goes away.
  net::Task<void> pause(std::chrono::milliseconds duration);

  /// Lets the watch know something to be ended for as long as it lives: a call, or what `end` ends.
  class Watched {
   public:
    Watched(ClientWatch& watch, std::function<void()> end) : watch_(watch), end_(std::move(end)) {
      watch_.watched_.push_back(this);
    }
    Watched(ClientWatch& watch, upstream::Call& call) : Watched(watch, [&call] { call.cancel(); }) {}
    ~Watched() { std::erase(watch_.watched_, this); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

   private:
    friend class ClientWatch;
    ClientWatch& watch_;
    std::function<void()> end_;
  };

 private:
  void on_gone();

  http::Exchange& exchange_;
  net::Timer pause_;
  std::vector<const Watched*> watched_;
  bool gone_ = false;
};

/// What becomes of a request whose client is gone.
std::unexpected<Error> cancelled();

}  // namespace ccp::proxy
