#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/server.h"
#include "json/reader.h"
#include "net/asio.h"
#include "net/deadline.h"
#include "proxy/ids.h"
#include "proxy/shared.h"
#include "proxy/turns.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// One thread's share of the server: its event loop, its connections to clients and provider, its parser.
class Worker {
 public:
  /// The error says what could not be set up.
  static Result<std::unique_ptr<Worker>> create(Shared& shared);
  ~Worker();

  /// Binds `host:port` and returns the port.
  Result<std::uint16_t> listen(std::uint16_t port, http::PortUse use);
  /// Serves until drained or stopped. Called by the worker's own thread.
  void run();
  /// Finishes what runs, then ends `run`. From any thread.
  void drain();
  /// Cuts everything and ends `run`. From any thread.
  void stop();

  Shared& shared;
  // What a suspended coroutine points to is declared before `io`, with which the coroutine is destroyed.
  Turns pdf_turns{io, 2};
  net::asio::io_context io{1};
  net::Deadlines deadlines{io};
  std::unique_ptr<upstream::Client> client;
  json::Reader reader;     ///< for synchronous use between two suspensions
  std::string chunk_text;  ///< likewise: the chunk that reader reads
  Ids ids;
  net::asio::thread_pool counters{1};  ///< counts long prompts; joined before `io` goes

 private:
  explicit Worker(Shared& shared_state);
  std::unique_ptr<http::Server> server_;
  net::Timer patience_{io};
};

}  // namespace ccp::proxy
