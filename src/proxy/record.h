#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "anthropic/events.h"
#include "base/log.h"
#include "base/result.h"
#include "http/server.h"

namespace ccp::proxy {

/// What the log says about one request: one line when it is over.
struct Record {
  std::string request_id;
  std::string client;
  std::string method;
  std::string path;
  std::string_view endpoint = "other";  ///< the route's path
  std::string model;                    ///< as the client named it
  std::string upstream_model;
  std::string upstream_request_id;        ///< the provider's own, from its answer
  std::vector<http::Header> rate_limits;  ///< of its latest answer, for the client
  std::string session;                    ///< X-Claude-Code-Session-Id, shortened
  int status = 0;                         ///< HTTP status sent to the client; 499 when it left before
  int retries = 0;
  anthropic::Usage usage;
  std::optional<Error> error;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> first_word;  ///< content from the provider
};

/// Takes note of an answer that did not reach its client because the client had left.
void note_left(const Result<void>& sent, Record& record);

/// Writes the record: INFO when it went well, DEBUG for requests without a model (health checks), WARNING for
/// errors.
void write(Log& log, const Record& record);

}  // namespace ccp::proxy
