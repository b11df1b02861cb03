#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "base/result.h"
#include "net/asio.h"

namespace ccp::proxy {

/// Who waits, and is to be told now and then that the answer is still being made.
class Waiting {
 public:
  /// How long nothing need be said yet.
  [[nodiscard]] virtual std::chrono::milliseconds until_ping() const = 0;
  /// Says something if it is due. An error: nobody waits any more.
  virtual net::Task<Result<void>> keep_alive() = 0;

 protected:
  ~Waiting() = default;
};

/// Awaits `work`, which knows nothing of the client, and keeps the client awake with pings meanwhile: a slow
/// connection to the provider, a long count. Nothing else may be sent to the client before it returns.
/// However `work` ends, with an exception too, no ping is under way afterwards.
net::Task<void> keep_awake(net::asio::io_context& io, Waiting& client, net::Task<void> work);

template <class T>
net::Task<void> keep(net::Task<T> work, std::optional<T>& result) {
  result.emplace(co_await std::move(work));
}

/// The same of `work` that has a result.
template <class T>
net::Task<T> keep_awake(net::asio::io_context& io, Waiting& client, net::Task<T> work) {
  std::optional<T> result;
  co_await keep_awake(io, client, keep(std::move(work), result));
  co_return std::move(*result);
}

}  // namespace ccp::proxy
