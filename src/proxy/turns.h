#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

#include "net/asio.h"

namespace ccp::proxy {

/// Lets so many coroutines of a worker do a costly thing at a time; the others wait in the order they came.
/// Coroutines that are destroyed with `io` give their turns back, so it is declared before `io`, to which it
/// keeps a reference only.
class Turns {
 public:
  Turns(net::asio::io_context& io, std::size_t most) : io_(io), free_(most) {}

  /// A turn; the next one begins when it is destroyed.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(&turns) {}
    ~Turn() {
      if (turns_ != nullptr) turns_->end();
    }
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;

   private:
    Turns* turns_;
  };

  /// Waits for a turn.
  net::Task<Turn> next();

 private:
  struct Place {
    explicit Place(net::asio::io_context& io) : wake(io) { wake.expires_at(net::Timer::time_point::max()); }
    net::Timer wake;
    bool called = false;
  };
  void end();

  net::asio::io_context& io_;
  std::size_t free_;
  std::deque<std::weak_ptr<Place>> waiting_;  ///< owned by the coroutines that wait
};

}  // namespace ccp::proxy
