#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/stream.h"
#include "upstream/cancellation.h"

namespace ccp::upstream {

template <auto free>
struct Free {
  void operator()(auto* object) const { free(object); }
};
using TlsSession = std::unique_ptr<SSL_SESSION, Free<&SSL_SESSION_free>>;

/// The last session of one origin; its connections fill it, the next handshake uses it.
struct SessionSlot {
  TlsSession session;
};

/// Client side TLS ≥ 1.2 over OpenSSL: what all connections of a worker share, and the handshake.
class TlsContext {
 public:
  /// `ca_file`: PEM, empty for the system's store. The error names the file when it cannot be read.
  static Result<std::unique_ptr<TlsContext>> create(bool verify, const std::string& ca_file);

  /// Takes a connected socket over and shakes hands with `host` (a name, sent as SNI, or an address). Errors:
  /// bad_gateway with Retry::no and the cure when the certificate is refused, Retry::yes otherwise (silence
  /// for `timeout`, reset, alert); cancelled.
  net::Task<Result<std::unique_ptr<net::Stream>>> handshake(net::Socket socket, net::Deadlines& deadlines,
                                                            std::string host, std::uint16_t port,
                                                            std::chrono::milliseconds timeout,
                                                            Cancellation& cancellation);

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  std::shared_ptr<SessionSlot> slot(const std::string& host, std::uint16_t port);

  std::unique_ptr<SSL_CTX, Free<&SSL_CTX_free>> context_;
  std::map<std::string, std::shared_ptr<SessionSlot>> slots_;
};

}  // namespace ccp::upstream
