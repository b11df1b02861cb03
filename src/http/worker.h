#pragma once

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "http/answer.h"
#include "http/server.h"

namespace ccp::http {

/// Whether a connection is served, or is one too many and only told so.
enum class Admission : std::uint8_t { served, refused };

/// What the connections of one Server share. Kept alive by them, so that they can end after their Server.
class Worker : public std::enable_shared_from_this<Worker> {
 public:
  enum class Phase : std::uint8_t { serving, draining, aborted };

  Worker(net::Deadlines& deadlines, Limits limits, Handler handler, Refusal refusal,
         std::shared_ptr<std::atomic<std::size_t>> open_connections);

  Result<std::uint16_t> listen(const std::string& host, std::uint16_t port, PortUse use);
  void drain(std::function<void()> on_drained);
  void abort();
  /// Forgets the callback of `drain`.
  void abandon() { on_drained_ = nullptr; }

  /// Called by a connection for itself, at the beginning and the end of its life.
  void add(Connection& connection) { connections_.insert(&connection); }
  void remove(Connection& connection, Admission admission);

  [[nodiscard]] bool serving() const { return phase_ == Phase::serving; }
  [[nodiscard]] net::Deadlines& deadlines() { return deadlines_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] const Handler& handler() const { return handler_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  std::string_view date();
  /// Borrowed by the connection that reads right now; its content lasts until that one suspends.
  [[nodiscard]] std::span<char> buffer() { return buffer_; }

 private:
  Result<std::uint16_t> open(const net::Endpoint& endpoint);
  static net::Task<void> accept(std::shared_ptr<Worker> worker, net::Acceptor& acceptor);
  /// nullopt: so many are being refused already that this one is closed without a word.
  std::optional<Admission> admit();
  void release(Admission admission);
  void serve(net::Socket socket, const net::Endpoint& peer);
  void close_acceptors();
  void report_drained();

  net::Deadlines& deadlines_;
  Limits limits_;
  Handler handler_;
  Refusal refusal_;
  std::shared_ptr<std::atomic<std::size_t>> open_connections_;
  Phase phase_ = Phase::serving;
  std::list<net::Acceptor> acceptors_;
  std::unordered_set<Connection*> connections_;
  std::size_t refused_ = 0;  ///< connections above the limit that are still being told so
  std::function<void()> on_drained_;
  Date date_;
  std::array<char, std::size_t{64} << 10> buffer_;
};

}  // namespace ccp::http
