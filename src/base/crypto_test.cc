#include "base/crypto.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ccp {
namespace {

std::string hex(const Digest& digest) { return fmt::format("{:02x}", fmt::join(digest, "")); }

// FIPS 180-4's example.
TEST(Crypto, Sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4231, test case 2 (its key is shorter than ours: padded with zeros it is the same HMAC key).
TEST(Crypto, HmacInPieces) {
  Digest key{};
  key[0] = 'J';
  key[1] = 'e';
  key[2] = 'f';
  key[3] = 'e';
  Hmac hmac(key);
  hmac.update("what do ya want ");
  hmac.update("");
  hmac.update("for nothing?");
  EXPECT_EQ(hex(hmac.finish()), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, KeysDifferBySecretAndPurpose) {
  const auto key = derived_key("secret", "purpose");
  EXPECT_EQ(key, derived_key("secret", "purpose"));
  EXPECT_NE(key, derived_key("secret", "another"));
  EXPECT_NE(key, derived_key("secrets", "purpose"));
  EXPECT_NE(derived_key("", "purpose"), key) << "a provider on this machine needs no key";
}

TEST(Crypto, SameBytes) {
  EXPECT_TRUE(same_bytes("ab", "ab"));
  EXPECT_FALSE(same_bytes("ab", "ac"));
  EXPECT_FALSE(same_bytes("ab", "abc"));
}

}  // namespace
}  // namespace ccp
