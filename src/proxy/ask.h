#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "openai/chunk.h"
#include "proxy/worker.h"
#include "upstream/cancellation.h"

namespace ccp::proxy {

/// A refusal of the provider: what it said, and what the client is told of it.
struct Refused {
  openai::ErrorBody body;
  Error error;
  int status = 0;  ///< HTTP; 0: it is no refusal, there was no answer
};

/// The provider answered `head`, which is no 2xx: reads its reason, for 5 seconds at most.
/// ErrorKind::cancelled when the client went away meanwhile.
net::Task<Refused> refusal(Worker& worker, upstream::Call& call, const net::ResponseHead& head,
                           std::int64_t prompt_tokens = 0);

/// Sends a request outside of any conversation and reads the whole answer, within `patience` altogether,
/// from the connection to the last byte.
/// Errors: as for a conversation, in the client's terms; `timeout`; `cancelled`.
net::Task<Result<std::string>> ask(Worker& worker, upstream::Request request, upstream::Cancellation& watch,
                                   std::chrono::milliseconds patience);

/// The same; an error that is a refusal comes with the provider's own words.
net::Task<std::expected<std::string, Refused>> ask_learning(Worker& worker, upstream::Request request,
                                                            upstream::Cancellation& watch,
                                                            std::chrono::milliseconds patience);

/// The same of a server that is not the provider: any status but 2xx is an error that names host and status.
net::Task<Result<std::string>> ask_other(Worker& worker, const upstream::Origin& origin,
                                         upstream::Request request, upstream::Cancellation& watch,
                                         std::chrono::milliseconds patience);

}  // namespace ccp::proxy
