#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// OpenSSL's primitives as far as they are needed here.
namespace ccp {

/// SHA-256 (FIPS 180-4) in 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);

using Digest = std::array<std::uint8_t, 32>;

/// A key of 32 bytes from a secret, for one purpose: HKDF with SHA-256 (RFC 5869), `purpose` as info, no
/// salt.
Digest derived_key(std::string_view secret, std::string_view purpose);

/// HMAC with SHA-256 (RFC 2104) over bytes that come in pieces.
class Hmac {
 public:
  explicit Hmac(const Digest& key);
  ~Hmac();
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  void update(std::string_view bytes);
  /// The tag; nothing may be added after it.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Compares in constant time.
bool same_bytes(std::string_view a, std::string_view b);

}  // namespace ccp
