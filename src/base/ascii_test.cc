#include "base/ascii.h"

#include <gtest/gtest.h>

namespace ccp {
namespace {

TEST(Ascii, LowerIsOfAsciiLetters) { EXPECT_EQ(lower("AMZamz@[`{09Ä"), "amzamz@[`{09Ä"); }

}  // namespace
}  // namespace ccp
