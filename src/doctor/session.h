#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "json/reader.h"
#include "net/asio.h"
#include "net/deadline.h"
#include "proxy/shared.h"
#include "upstream/client.h"

namespace ccp::doctor {

/// An answer, whatever its status.
struct Answer {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Blocking requests, one at a time, each with a limit in time.
class Session {
 public:
  /// `options` say how connections are made. The error names what cannot be set up.
  static Result<std::unique_ptr<Session>> create(const upstream::Options& options);

  /// Sends `request` and reads the whole answer (at most 8 MiB) within `patience`.
  Result<Answer> exchange(const upstream::Origin& origin, const upstream::Request& request,
                          std::chrono::seconds patience);

 private:
  Session() = default;
  net::Task<Result<Answer>> run(upstream::Call& call, std::chrono::seconds patience);

  net::asio::io_context io_{1};
  net::Deadlines deadlines_{io_};
  std::unique_ptr<upstream::Client> client_;
};

}  // namespace ccp::doctor
