#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace ccp::demo {

/// A small OpenAI-compatible provider on a free loopback port, on a thread of its own. The proxy reaches it
/// like any other, through sockets. Stops when destroyed.
class Server {
 public:
  static Result<std::unique_ptr<Server>> start();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ccp::demo
