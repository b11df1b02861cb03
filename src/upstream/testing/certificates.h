#pragma once

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "upstream/tls.h"

namespace ccp::upstream::testing {

/// A certificate authority made for one test, its certificate in a PEM file that goes with this object.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  [[nodiscard]] const std::string& file() const { return file_; }

  using ServerContext = std::unique_ptr<SSL_CTX, Free<&SSL_CTX_free>>;
  /// A server context with a certificate for `names`, as in `DNS:localhost,IP:127.0.0.1`.
  [[nodiscard]] ServerContext server(const std::string& names, int highest_version = TLS1_3_VERSION) const;

 private:
  using Key = std::unique_ptr<EVP_PKEY, Free<&EVP_PKEY_free>>;
  using Certificate = std::unique_ptr<X509, Free<&X509_free>>;
  Key key_;
  Certificate certificate_;
  std::string file_;
};

namespace detail {

inline void extend(X509* certificate, X509* issuer, int extension_id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, extension_id, value.c_str());
  if (extension == nullptr) throw std::runtime_error("bad extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

inline X509* unsigned_certificate(EVP_PKEY* key, const char* common_name, X509* issuer, int serial) {
  X509* const made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(issuer != nullptr ? issuer : made));
  return made;
}

}  // namespace detail

inline Authority::Authority() : key_(EVP_EC_gen("P-256")) {
  char name[] = "/tmp/authority-XXXXXX";
  const int file = ::mkstemp(name);
  // The file's name makes the authority's unique: OpenSSL finds issuers by name.
  certificate_.reset(detail::unsigned_certificate(key_.get(), name, nullptr, 1));
  detail::extend(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  FILE* const out = ::fdopen(file, "w");
  PEM_write_X509(out, certificate_.get());
  std::fclose(out);
  file_ = name;
}

inline Authority::~Authority() { ::unlink(file_.c_str()); }

inline Authority::ServerContext Authority::server(const std::string& names, int highest_version) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(detail::unsigned_certificate(key.get(), "server", certificate_.get(), 2));
  detail::extend(certificate.get(), certificate_.get(), NID_subject_alt_name, names);
  X509_sign(certificate.get(), key_.get(), EVP_sha256());
  ServerContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  SSL_CTX_set_max_proto_version(context.get(), highest_version);
  return context;
}

}  // namespace ccp::upstream::testing
