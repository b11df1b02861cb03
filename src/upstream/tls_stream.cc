#include "upstream/tls_stream.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <utility>

#include "upstream/socket_bio.h"

namespace ccp::upstream {

namespace {

using net::io_error;
using net::IoError;
using net::IoResult;
using net::Socket;
using net::Task;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// The place for the stream in its SSL object.
int stream_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

std::string last_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return "closed without a TLS close_notify";
  if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER)
    return "wrong version number (is it a plain http:// server?)";
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "TLS error";
}

}  // namespace

TlsStream::TlsStream(Socket socket, net::Deadlines& deadlines, SSL_CTX& context,
                     std::shared_ptr<SessionSlot> slot)
    : Stream(std::move(socket), deadlines), ssl_(SSL_new(&context)), slot_(std::move(slot)) {
  BIO* const bio = ssl_ ? new_socket_bio(socket_.native_handle()) : nullptr;
  if (bio == nullptr) {
    ssl_.reset();
    return;
  }
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_ex_data(ssl_.get(), stream_index(), slot_.get());
  SSL_set_connect_state(ssl_.get());
  if (slot_->session) SSL_set_session(ssl_.get(), slot_->session.get());
}

TlsStream::~TlsStream() {
  if (!ssl_) return;
  ERR_clear_error();
  if (!broken_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  // Without this OpenSSL takes an aborted connection for an attack and spoils its session for the next one.
  SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  ERR_clear_error();
}

bool TlsStream::expect(const std::string& host) {
  if (!ssl_) return false;
  boost::system::error_code not_numeric;
  net::asio::ip::make_address(host, not_numeric);
  if (!not_numeric) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1;
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
         SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1;
}

IoResult<Socket::wait_type> TlsStream::need(int outcome) {
  const int system_error = errno;
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      return Socket::wait_read;
    case SSL_ERROR_WANT_WRITE:
      return Socket::wait_write;
    case SSL_ERROR_ZERO_RETURN:
      return io_error(IoError::Kind::eof);
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      if (system_error == 0) return io_error(IoError::Kind::failed, "closed without a TLS close_notify");
      return io_error(IoError::Kind::failed, net::errno_text(system_error));
    default:
      broken_ = true;
      return io_error(IoError::Kind::failed, last_openssl_error());
  }
}

Task<IoResult<void>> TlsStream::handshake(milliseconds timeout) {
  const auto end = Clock::now() + timeout;
  for (;;) {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_.get());
    if (outcome == 1) co_return IoResult<void>{};
    const IoResult<Socket::wait_type> needs = need(outcome);
    if (!needs) co_return std::unexpected(needs.error());
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    if (left <= milliseconds::zero()) co_return io_error(IoError::Kind::timeout);
    IoResult<void> ready = co_await wait(*needs, left);
    if (!ready) co_return ready;
  }
}

std::optional<std::string> TlsStream::certificate_problem() const {
  const long result = SSL_get_verify_result(ssl_.get());
  if (result == X509_V_OK || SSL_get_verify_mode(ssl_.get()) == SSL_VERIFY_NONE) return std::nullopt;
  return X509_verify_cert_error_string(result);
}

IoResult<std::size_t> TlsStream::try_read(std::span<char> into) {
  if (cancelled()) return io_error(IoError::Kind::cancelled);
  if (read_failure_) return std::unexpected(*read_failure_);
  std::size_t total = 0;
  while (total < into.size()) {
    ERR_clear_error();
    std::size_t received = 0;
    const int outcome = SSL_read_ex(ssl_.get(), into.data() + total, into.size() - total, &received);
    total += received;
    if (outcome == 1) continue;
    const IoResult<Socket::wait_type> needs = need(outcome);
    if (!needs) read_failure_ = needs.error();
    if (needs) read_needs_ = *needs;
    break;
  }
  if (total == 0 && read_failure_) return std::unexpected(*read_failure_);
  return total;
}

Task<IoResult<void>> TlsStream::wait_readable(milliseconds timeout) {
  if (read_failure_ || SSL_pending(ssl_.get()) > 0) co_return IoResult<void>{};
  IoResult<void> ready = co_await wait(std::exchange(read_needs_, Socket::wait_read), timeout);
  co_return ready;
}

Task<IoResult<void>> TlsStream::write(std::string_view bytes, milliseconds stall) {
  while (!bytes.empty()) {
    if (cancelled()) co_return io_error(IoError::Kind::cancelled);
    ERR_clear_error();
    std::size_t sent = 0;
    const int outcome = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    if (outcome == 1) {
      bytes.remove_prefix(sent);
      continue;
    }
    const IoResult<Socket::wait_type> needs = need(outcome);
    if (!needs) co_return std::unexpected(needs.error());
    IoResult<void> ready = co_await wait(*needs, stall);
    if (!ready) co_return ready;
  }
  co_return IoResult<void>{};
}

bool TlsStream::idle() {
  if (cancelled() || broken_ || read_failure_) return false;
  ERR_clear_error();
  char byte = 0;
  std::size_t peeked = 0;
  const int outcome = SSL_peek_ex(ssl_.get(), &byte, 1, &peeked);
  return outcome != 1 && need(outcome).has_value();
}

void keep_sessions(SSL_CTX& context) {
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(&context, [](SSL* ssl, SSL_SESSION* session) {
    auto* const slot = static_cast<SessionSlot*>(SSL_get_ex_data(ssl, stream_index()));
    if (slot == nullptr) return 0;
    slot->session.reset(session);
    return 1;  // the reference is ours now
  });
}

}  // namespace ccp::upstream
