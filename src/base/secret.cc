#include "base/secret.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace ccp {

bool Secret::matches(std::string_view candidate) const {
  // Digests have one length, so neither the length nor the first difference shows in the time taken.
  unsigned char ours[SHA256_DIGEST_LENGTH];
  unsigned char theirs[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(value_.data()), value_.size(), ours);
  SHA256(reinterpret_cast<const unsigned char*>(candidate.data()), candidate.size(), theirs);
  return CRYPTO_memcmp(ours, theirs, sizeof ours) == 0;
}

std::string Secret::removed_from(std::string text) const {
  constexpr std::size_t shortest = 8;
  constexpr std::string_view placeholder = "[secret]";
  if (value_.size() < shortest) return text;
  for (auto at = text.find(value_); at != std::string::npos;
       at = text.find(value_, at + placeholder.size())) {
    text.replace(at, value_.size(), placeholder);
  }
  return text;
}

}  // namespace ccp
