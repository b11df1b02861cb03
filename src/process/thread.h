#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "http/server.h"
#include "net/asio.h"
#include "proxy/worker.h"

namespace ccp::process {

/// One thread's share of the server: what it handles requests with, and the listener that takes them.
class Thread {
 public:
  /// The error says what could not be set up.
  static Result<std::unique_ptr<Thread>> create(proxy::Shared& shared);

  /// Binds HOST and `port`, and returns the port.
  Result<std::uint16_t> listen(std::uint16_t port, http::PortUse use);
  /// Serves until drained or stopped. Called by the thread itself.
  void run();
  /// Finishes what runs, then ends `run`. From any thread.
  void drain();
  /// Cuts everything and ends `run`. From any thread.
  void stop();

 private:
  explicit Thread(std::unique_ptr<proxy::Worker> worker);

  std::unique_ptr<proxy::Worker> worker_;
  http::Server server_;
  net::Timer patience_;
};

}  // namespace ccp::process
