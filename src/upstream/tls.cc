#include "upstream/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <utility>

#include "upstream/tls_stream.h"

namespace ccp::upstream {

namespace {

using net::IoError;
using std::chrono::milliseconds;

constexpr std::size_t slot_limit = 256;
constexpr unsigned char alpn[] = "\x08http/1.1";

std::string openssl_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "unknown";
}

bool configure(SSL_CTX& context) {
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  keep_sessions(context);
  return SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_alpn_protos(&context, alpn, sizeof alpn - 1) == 0;
}

Result<void> load_authorities(SSL_CTX& context, const std::string& ca_file) {
  const bool loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(&context) == 1
                                      : SSL_CTX_load_verify_file(&context, ca_file.c_str()) == 1;
  if (loaded) return {};
  const std::string store =
      ca_file.empty() ? "the system's CA store" : fmt::format("the CA file '{}'", ca_file);
  return internal_error(fmt::format("{} cannot be read as PEM certificates: {}", store, openssl_reason()));
}

Result<void> load_client_certificate(SSL_CTX& context, const Options& options) {
  const auto& certificate = options.client_cert_file;
  const auto& key = options.client_key_file.empty() ? certificate : options.client_key_file;
  if (certificate.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(&context, certificate.c_str()) != 1)
    return internal_error(
        fmt::format("the client certificate '{}' cannot be read as PEM: {}", certificate, openssl_reason()));
  if (SSL_CTX_use_PrivateKey_file(&context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return internal_error(
        fmt::format("'{}' holds no PEM private key that belongs to the client certificate '{}': {}", key,
                    certificate, openssl_reason()));
  return {};
}

std::unexpected<Error> certificate_refused(std::string_view host, std::string_view problem) {
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("the certificate of {} is refused: {}. If its authority is a private "
                                    "one, name the PEM file of that authority "
                                    "as CA bundle (SSL_CA_FILE); SSL_VERIFY=false accepts any certificate, "
                                    "which anyone on the way can use to "
                                    "read the traffic",
                                    host, problem));
}

std::unexpected<Error> handshake_failed(std::string_view host, const IoError& failure, milliseconds timeout) {
  if (failure.kind == IoError::Kind::cancelled) return cancelled_error();
  std::string cause = failure.detail;
  if (failure.kind == IoError::Kind::timeout)
    cause = fmt::format("not finished within {} ms", timeout.count());
  if (failure.kind == IoError::Kind::eof) cause = "connection closed";
  cause += client_certificate_cure(cause);
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("the TLS handshake with {} failed: {}", host, cause), Retry::yes);
}

}  // namespace

std::string_view client_certificate_cure(std::string_view alert) {
  if (!alert.contains("certificate required") && !alert.contains("bad certificate")) return {};
  return "; the server wants a client certificate that it knows (SSL_CLIENT_CERT_FILE, SSL_CLIENT_KEY_FILE)";
}

Result<std::unique_ptr<TlsContext>> TlsContext::create(const Options& options) {
  ERR_clear_error();
  std::unique_ptr<TlsContext> created(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* const context = created->context_.get();
  if (context == nullptr || !configure(*context))
    return internal_error(fmt::format("TLS cannot start: {}", openssl_reason()));
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  Result<void> loaded = load_authorities(*context, options.ca_file);
  if (loaded) loaded = load_client_certificate(*context, options);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return created;
}

std::shared_ptr<SessionSlot> TlsContext::slot(const std::string& host, std::uint16_t port) {
  if (slots_.size() >= slot_limit) slots_.clear();
  std::shared_ptr<SessionSlot>& slot = slots_[fmt::format("{} {}", host, port)];
  if (!slot) slot = std::make_shared<SessionSlot>();
  return slot;
}

net::Task<Result<std::unique_ptr<net::Stream>>> TlsContext::handshake(net::Socket socket,
                                                                      net::Deadlines& deadlines,
                                                                      std::string host, std::uint16_t port,
                                                                      milliseconds timeout,
                                                                      Cancellation& cancellation) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), deadlines, *context_, slot(host, port));
  if (!stream->expect(host)) co_return internal_error(fmt::format("TLS refuses the host name {}", host));
  if (cancellation.requested()) co_return cancelled_error();
  TlsStream* const shaking = stream.get();
  const Cancellation::Scope scope(cancellation, [shaking] { shaking->cancel(); });
  const net::IoResult<void> done = co_await stream->handshake(timeout);
  if (done) co_return std::unique_ptr<net::Stream>(std::move(stream));
  if (const auto problem = stream->certificate_problem()) co_return certificate_refused(host, *problem);
  co_return handshake_failed(host, done.error(), timeout);
}

}  // namespace ccp::upstream
