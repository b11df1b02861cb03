#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "net/deadline.h"
#include "net/stream.h"
#include "upstream/client.h"

namespace ccp::upstream {

/// Idle connections by origin (scheme, host, port), the latest used first. Those that idle longer than
/// `idle_timeout` are closed.
class Pool {
 public:
  /// `max_idle`: per origin; a connection above it displaces the oldest.
  Pool(net::Deadlines& deadlines, std::chrono::milliseconds idle_timeout, std::size_t max_idle);

  /// A connection that is still open and silent, or null.
  std::unique_ptr<net::Stream> take(const Origin& origin);

  /// Keeps a connection whose last answer was read to its end.
  void put(const Origin& origin, std::unique_ptr<net::Stream> stream);

  /// Closes them all.
  void clear();

  [[nodiscard]] std::size_t size() const;

 private:
  struct Idle {
    std::unique_ptr<net::Stream> stream;
    std::chrono::steady_clock::time_point since;
  };

  void close_old();

  std::chrono::milliseconds idle_timeout_;
  std::size_t max_idle_;
  std::map<std::string, std::deque<Idle>> idle_;  ///< oldest first
  net::Deadline sweep_;
};

}  // namespace ccp::upstream
