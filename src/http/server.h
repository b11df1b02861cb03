#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/asio.h"
#include "net/deadline.h"
#include "net/http1.h"

/// The HTTP/1.1 server: connections, limits, keep-alive, pipelining. Knows nothing of what is served.
namespace ccp::http {

struct Limits {
  net::HeadLimits head;
  std::size_t body = std::size_t{32} << 20;  ///< bytes; 413 above, before reading when Content-Length says so
  std::chrono::milliseconds header_time{10'000};  ///< from the first byte of a request to the end of its head
  std::chrono::milliseconds body_idle{30'000};    ///< without a byte of the body
  std::chrono::milliseconds write_stall{60'000};  ///< without progress while we write
  std::chrono::milliseconds keep_alive{75'000};   ///< between requests
  std::size_t connections = 10'000;               ///< process-wide; beyond it 529 with retry-after and close
};

struct Header {
  std::string name;
  std::string value;
};

/// A whole answer. Content-Length, Date and Connection are the server's business.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<Header> headers;
  std::string body;
};

class Connection;
class Worker;

/// One request and its answer. Lives as long as the handler's coroutine. Exactly one of `respond` or the
/// three stream calls is used; a handler that returns without answering causes a 500, unless the client is
/// gone.
class Exchange {
 public:
  [[nodiscard]] const net::RequestHead& head() const;
  /// The peer as `address:port`, for the log.
  [[nodiscard]] std::string_view peer() const;

  /// Reads the body, answering `Expect: 100-continue` first. Client errors: too_large (413), length_required
  /// (411, a POST without framing), request_timeout (408), invalid_request (bad chunking; the
  /// client ended its side before the body's end), cancelled (the connection was reset). Once only.
  net::Task<Result<std::string>> read_body();

  /// Sends a whole answer in one write. The result tells only whether the client got it (cancelled, or
  /// timeout on a stall). To HEAD the body is not sent. Control characters in header values become spaces.
  net::Task<Result<void>> respond(Response response);

  /// Sends the head of a streamed answer (chunked; close-delimited on HTTP/1.0) together with the first
  /// bytes.
  net::Task<Result<void>> begin_stream(int status, std::string_view content_type,
                                       const std::vector<Header>& headers, std::string_view first);
  /// Sends the next bytes as one chunk in one write. Returns when the kernel took them: that is the
  /// back-pressure.
  net::Task<Result<void>> write(std::string_view bytes);
  /// Ends a streamed answer in order, sending `last` with the final chunk.
  net::Task<Result<void>> end_stream(std::string_view last = {});

  /// Whether the head of an answer has been sent.
  [[nodiscard]] bool answered() const;

  /// Calls `on_gone` once, if the client goes away before `unwatch_client` or the end of the exchange. Works
  /// after read_body. A client that has ended its side only is still there: it gets its answer.
  void watch_client(std::function<void()> on_gone);
  void unwatch_client();

 private:
  friend class Connection;
  explicit Exchange(Connection& connection) : connection_(connection) {}
  Connection& connection_;
};

using Handler = std::function<net::Task<void>(Exchange&)>;

/// Makes the answer to a request that never reaches the handler (bad head, too many connections) or that the
/// handler left without one (500), so that the service's own error format is used. `status` is 400, 408, 414,
/// 417, 431, 500, 501, 505 or 529.
using Refusal = std::function<Response(int status, std::string_view reason)>;

/// How a worker takes its port: the first of a process claims it, and fails when another program has it; the
/// others join it.
enum class PortUse : std::uint8_t { claim, join };

/// One worker's listener. Create one per io_context with the same port (SO_REUSEPORT); `open_connections` is
/// shared by all.
class Server {
 public:
  Server(net::Deadlines& deadlines, Limits limits, Handler handler, Refusal refusal,
         std::shared_ptr<std::atomic<std::size_t>> open_connections);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts accepting. Port 0 takes a free one. Returns the port. The error names address, port and
  /// cause.
  Result<std::uint16_t> listen(const std::string& host, std::uint16_t port, PortUse use = PortUse::claim);

  /// Stops accepting, closes idle connections and makes the rest close after their answer. `on_drained` is
  /// called (on this worker) once the last connection is gone.
  void drain(std::function<void()> on_drained);
  /// Cuts every connection now; watched clients count as gone.
  void abort();

 private:
  std::shared_ptr<Worker> worker_;
};

}  // namespace ccp::http
