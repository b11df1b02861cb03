#include "base/crypto.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include <new>

namespace ccp {

namespace {

const auto* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

OSSL_PARAM digest_name() {
  static char name[] = "SHA256";
  return OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name, 0);
}

/// OpenSSL fails here only without memory or without its default provider.
void require(bool done) {
  if (!done) throw std::bad_alloc();
}

struct Free {
  void operator()(EVP_KDF* p) const { EVP_KDF_free(p); }
  void operator()(EVP_KDF_CTX* p) const { EVP_KDF_CTX_free(p); }
  void operator()(EVP_MAC* p) const { EVP_MAC_free(p); }
  void operator()(EVP_MAC_CTX* p) const { EVP_MAC_CTX_free(p); }
};

}  // namespace

std::string sha256_hex(std::string_view text) {
  Digest digest;
  SHA256(bytes_of(text), text.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

Digest derived_key(std::string_view secret, std::string_view purpose) {
  const std::unique_ptr<EVP_KDF, Free> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const std::unique_ptr<EVP_KDF_CTX, Free> context(EVP_KDF_CTX_new(kdf.get()));
  require(context != nullptr);
  const OSSL_PARAM parameters[] = {digest_name(), octets(OSSL_KDF_PARAM_KEY, secret),
                                   octets(OSSL_KDF_PARAM_INFO, purpose), OSSL_PARAM_construct_end()};
  Digest key;
  require(EVP_KDF_derive(context.get(), key.data(), key.size(), parameters) == 1);
  return key;
}

struct Hmac::State {
  std::unique_ptr<EVP_MAC, Free> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  std::unique_ptr<EVP_MAC_CTX, Free> context{EVP_MAC_CTX_new(mac.get())};
};

Hmac::Hmac(const Digest& key) : state_(std::make_unique<State>()) {
  require(state_->context != nullptr);
  const OSSL_PARAM parameters[] = {digest_name(), OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(state_->context.get(), key.data(), key.size(), parameters) == 1);
}

Hmac::~Hmac() = default;

void Hmac::update(std::string_view bytes) {
  require(EVP_MAC_update(state_->context.get(), bytes_of(bytes), bytes.size()) == 1);
}

Digest Hmac::finish() {
  Digest tag;
  std::size_t size = 0;
  require(EVP_MAC_final(state_->context.get(), tag.data(), &size, tag.size()) == 1);
  return tag;
}

bool same_bytes(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ccp
