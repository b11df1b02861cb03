#pragma once

#include <ares.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/asio.h"

namespace ccp::upstream {

/// A c-ares channel whose sockets and timer live on a worker's io_context.
class AresChannel {
 public:
  /// `servers` as in `Resolver::create`.
  static Result<std::unique_ptr<AresChannel>> create(net::asio::io_context& io, const std::string& servers);

  /// Calls back every lookup under way with ARES_EDESTRUCTION.
  ~AresChannel();
  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  /// Called once per lookup, possibly before `lookup` returns. Does not own `addresses`, which are null on
  /// failure.
  using Answer = std::function<void(int status, const ares_addrinfo* addresses)>;
  void lookup(const std::string& host, Answer answer);

 private:
  struct Watched;

  explicit AresChannel(net::asio::io_context& io);
  void watch(ares_socket_t socket, bool readable, bool writable);
  void process(ares_socket_t readable, ares_socket_t writable);
  void arm_timer();

  net::asio::io_context& io_;
  net::Timer timer_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, std::shared_ptr<Watched>> watched_;
  std::shared_ptr<AresChannel*> self_;  ///< null inside once this object is gone
};

}  // namespace ccp::upstream
