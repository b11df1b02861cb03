#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/asio.h"
#include "net/deadline.h"
#include "net/http1.h"
#include "upstream/proxy.h"

/// The HTTP/1.1 client to the provider: resolution, connection pool, TLS. Knows nothing of what is asked.
namespace ccp::upstream {

/// Where requests go, from a base URL.
struct Origin {
  bool tls = true;
  std::string host;  ///< without brackets
  std::uint16_t port = 443;
  std::string prefix;  ///< path without trailing slash, may be empty

  /// `host` or `host:port` as the Host field wants it (IPv6 in brackets, default port left out).
  [[nodiscard]] std::string authority() const;
};

/// Understands `http(s)://host[:port][/path]`. The error says what is wrong with the URL.
Result<Origin> parse_origin(std::string_view url);

struct Options {
  std::chrono::milliseconds connect_timeout{
      10'000};  ///< for name resolution, TCP and TLS together, over all addresses
  std::chrono::milliseconds write_stall{60'000};
  std::chrono::milliseconds idle_timeout{60'000};  ///< a pooled connection older than this is not reused
  std::size_t max_idle = 32;                       ///< pooled connections per origin and worker
  bool verify = true;                              ///< check the provider's certificate and name
  std::string ca_file;                             ///< PEM; empty: the system's store
  std::string client_cert_file;                    ///< PEM, to present to the provider; empty: none
  std::string client_key_file;                     ///< PEM; empty: the key is in client_cert_file
  Proxies proxies;
  std::string dns_servers;  ///< `address:port`, comma separated; empty: /etc/resolv.conf
};

struct HeaderField {
  std::string name;
  std::string value;
};

/// What to send. Host, Content-Length and Connection are the client's business.
struct Request {
  std::string method = "POST";
  std::string target;  ///< path and query, the origin's prefix included
  std::vector<HeaderField> headers;
  std::string_view
      body;  ///< must stay until `head` has given the head (a retry needs it), or the Call is gone
};

class Client;

/// One request and its answer. When the answer is read to its end the connection goes back to the pool;
/// destroying the Call earlier closes it (which ends the provider's work).
class Call {
 public:
  Call(Client& client, const Origin& origin, Request request);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Takes a connection from the pool or opens one, and sends the request. Errors: bad_gateway with
  /// Retry::yes (cannot resolve, connect, TLS) or Retry::no (certificate refused), naming host and cause;
  /// cancelled.
  net::Task<Result<void>> send();

  /// Waits up to `wait` for the head of the answer; nullptr when it has not come yet (call again). A reused
  /// connection that dies before the first byte of the answer is replaced once by a fresh one, silently. 1xx
  /// heads are skipped. Errors: bad_gateway.
  net::Task<Result<const net::ResponseHead*>> head(std::chrono::milliseconds wait);

  /// Waits up to `wait` for the next bytes of the body: nullopt when none came in time (call again), an empty
  /// view at the end. Otherwise what one read gave (≤ 64 KiB), valid until the next call of any Call of this
  /// worker after a suspension, so use it up before awaiting anything. Errors: bad_gateway when the
  /// connection breaks before the body's end.
  net::Task<Result<std::optional<std::string_view>>> read(std::chrono::milliseconds wait);

  /// Reads the rest of the body, at most `limit` bytes; one that has not come to its end after `time`,
  /// however it drips, is ErrorKind::timeout.
  net::Task<Result<std::string>> read_all(std::size_t limit, std::chrono::milliseconds time);

  /// Ends whatever is under way with ErrorKind::cancelled. Safe from any callback of this worker.
  void cancel();

  /// Whether the connection had served another request before.
  [[nodiscard]] bool reused() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// One worker's pool, resolver and TLS context.
class Client {
 public:
  /// The error names the CA file when it cannot be read.
  static Result<std::unique_ptr<Client>> create(net::Deadlines& deadlines, Options options);
  ~Client();

  /// Closes the pooled connections; calls under way go on.
  void close_idle();

 private:
  friend class Call;
  struct State;
  explicit Client(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace ccp::upstream
