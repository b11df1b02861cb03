#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/asio.h"
#include "upstream/cancellation.h"

namespace ccp::upstream {

using Address = net::asio::ip::address;
using Addresses = std::vector<Address>;

/// Host names to addresses, by /etc/hosts and DNS (c-ares), without blocking the worker. Answers are kept for
/// their TTL, at least 1 s and at most 60 s; failures are not kept. Lookups of one name that are under way at
/// the same time are one lookup, which goes on when a caller leaves.
class Resolver {
 public:
  /// `dns_servers`: `address:port`, comma separated; empty: /etc/resolv.conf.
  static Result<std::unique_ptr<Resolver>> create(net::asio::io_context& io, const std::string& dns_servers);

  /// Callers that still wait see a failed lookup.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The addresses of `host` in the order to try them, at least one; a numeric host is its own,
  /// `localhost` and names below it are the loopback addresses (RFC 6761), never asked. Errors:
  /// bad_gateway with Retry::yes naming the host and the cause, also when `timeout` passes; cancelled.
  net::Task<Result<Addresses>> resolve(std::string host, std::chrono::milliseconds timeout,
                                       Cancellation& cancellation);

  /// Puts `address`, which answered, before the others of `host` for as long as the cached answer lives.
  void prefer(const std::string& host, const Address& address);

 private:
  class Channel;
  explicit Resolver(std::unique_ptr<Channel> channel);
  std::unique_ptr<Channel> channel_;
};

}  // namespace ccp::upstream
