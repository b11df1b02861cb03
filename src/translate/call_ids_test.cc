#include "translate/call_ids.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ccp::translate {
namespace {

bool anthropic_takes(std::string_view id) {
  constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
  return !id.empty() && id.find_first_not_of(letters) == std::string_view::npos;
}

TEST(CallIds, WhatIsTakenStays) {
  for (const std::string_view id : {"call_1", "toolu_01A-b", "x", "ccph_0"})
    EXPECT_EQ(client_call_id(id), id);
}

TEST(CallIds, EveryOtherComesBack) {
  for (const std::string_view id : {"functions.Bash:0", "a|b", "call 1", "_._", "ccpx_", "ccpx_call_1",
                                    "ccpx__2e", "\xe4\xb8\x96", "\n", "a/b=="}) {
    const auto client = client_call_id(id);
    EXPECT_TRUE(anthropic_takes(client)) << client;
    EXPECT_EQ(provider_call_id(client), id);
  }
  EXPECT_EQ(client_call_id("functions.Bash:0"), "ccpx_functions_2eBash_3a0");
}

TEST(CallIds, LongOnesAreBoundedAndDiffer) {
  const std::string odd(200, '.'), odder = odd + ".", plain(longest_client_id + 1, 'x');
  for (const auto& id : {odd, odder, plain}) {
    EXPECT_LE(client_call_id(id).size(), longest_client_id);
    EXPECT_TRUE(anthropic_takes(client_call_id(id)));
  }
  EXPECT_NE(client_call_id(odd), client_call_id(odder));
  EXPECT_EQ(client_call_id(std::string(longest_client_id, 'x')).size(), longest_client_id);
}

TEST(CallIds, WhatIsNotOursPassesUnchanged) {
  for (const std::string_view id : {"call_1", "ccpx_a_", "ccpx_a_2", "ccpx_a_zz", "ccpx_a_2g"})
    EXPECT_EQ(provider_call_id(id), id);
}

}  // namespace
}  // namespace ccp::translate
