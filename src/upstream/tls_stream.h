#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/stream.h"
#include "upstream/tls.h"

namespace ccp::upstream {

/// TLS over a socket, OpenSSL driven by the socket's readiness.
class TlsStream final : public net::Stream {
 public:
  /// `slot` receives the sessions the peer offers.
  TlsStream(net::Socket socket, net::Deadlines& deadlines, SSL_CTX& context,
            std::shared_ptr<SessionSlot> slot);

  /// Says goodbye (close_notify) as far as the socket takes it.
  ~TlsStream() override;

  /// Sets the name or address the certificate must be for; names are sent as SNI too. False when OpenSSL
  /// refuses it.
  bool expect(const std::string& host);

  /// The client's handshake. A refused certificate is in `certificate_problem`.
  net::Task<net::IoResult<void>> handshake(std::chrono::milliseconds timeout);

  /// OpenSSL's reason why the certificate was refused; nullopt when it was not.
  [[nodiscard]] std::optional<std::string> certificate_problem() const;

  /// Whether the handshake continued an earlier session.
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

  net::IoResult<std::size_t> try_read(std::span<char> into) override;
  net::Task<net::IoResult<void>> wait_readable(std::chrono::milliseconds timeout) override;
  net::Task<net::IoResult<void>> write(std::string_view bytes, std::chrono::milliseconds stall) override;
  bool idle() override;

 private:
  /// What OpenSSL needs before it can go on, or why it cannot.
  net::IoResult<net::Socket::wait_type> need(int outcome);

  std::unique_ptr<SSL, Free<&SSL_free>> ssl_;
  std::shared_ptr<SessionSlot> slot_;
  net::Socket::wait_type read_needs_ = net::Socket::wait_read;
  std::optional<net::IoError> read_failure_;  ///< found behind bytes that were delivered first
  bool broken_ = false;                       ///< a fatal error: OpenSSL must not be asked to send any more
};

/// Has OpenSSL hand the sessions of `TlsStream`s to their slots.
void keep_sessions(SSL_CTX& context);

}  // namespace ccp::upstream
