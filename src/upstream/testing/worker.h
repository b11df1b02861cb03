#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

#include "net/asio.h"
#include "net/deadline.h"

namespace ccp::upstream::testing {

/// A worker for tests: runs coroutines in the thread of the test.
class Worker {
 public:
  template <class T>
  static net::Task<> keep(net::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  template <class T>
  void start(net::Task<T> task, std::optional<T>& result) {
    net::asio::co_spawn(io.get_executor(), keep(std::move(task), result), net::asio::detached);
  }

  /// Runs until `done()`; a test that hangs ends here.
  template <class Done>
  void run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    io.restart();
    while (!done()) {
      io.run_one_until(end);
      if (std::chrono::steady_clock::now() < end) continue;
      std::cerr << "the coroutine of this test did not end\n";
      std::abort();
    }
  }

  template <class T>
  T run(net::Task<T> task) {
    std::optional<T> result;
    start(std::move(task), result);
    run_until([&] { return result.has_value(); });
    return std::move(*result);
  }

  /// Does what is ready, without waiting.
  void poll() {
    io.restart();
    io.poll();
  }

  net::asio::io_context io;
  net::Deadlines deadlines{io};
};

}  // namespace ccp::upstream::testing
