#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/stream.h"
#include "upstream/cancellation.h"
#include "upstream/client.h"

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

/// What to do when a server's alert asks for a client certificate, or nothing. With TLS 1.3 the alert comes
/// after our side of the handshake, in place of the answer.
std::string_view client_certificate_cure(std::string_view alert);

/// Client side TLS ≥ 1.2 over OpenSSL: what all connections of a worker share, and the handshake.
class TlsContext {
 public:
  /// Takes from `options` what concerns certificates. The error names the file that cannot be used.
  static Result<std::unique_ptr<TlsContext>> create(const Options& options);

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
