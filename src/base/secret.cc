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

}  // namespace ccp
