#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "json/reader.h"
#include "net/asio.h"
#include "net/deadline.h"
#include "proxy/ids.h"
#include "proxy/shared.h"
#include "proxy/turns.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// What one thread handles its requests with: its event loop, its connections to the provider, its parser.
struct Worker {
  /// The error says what could not be set up.
  static Result<std::unique_ptr<Worker>> create(Shared& shared);

  explicit Worker(Shared& shared_state) : shared(shared_state) {}

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
};

}  // namespace ccp::proxy
