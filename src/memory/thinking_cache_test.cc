#include "memory/thinking_cache.h"

#include <gtest/gtest.h>

namespace ccp::memory {
namespace {

translate::Thought thought(std::string text) { return {.text = std::move(text), .state = {}}; }
const std::string a = "call_aaaaaaaaaaaaaaaa", b = "call_bbbbbbbbbbbbbbbb";

TEST(ThinkingCache, FindsByOwnerAndCall) {
  ThinkingCache cache;
  cache.keep("m", {a, b}, thought("why"));
  EXPECT_EQ(cache.find("m", a)->text, "why");
  EXPECT_EQ(cache.find("m", b)->text, "why");
  EXPECT_FALSE(cache.find("other", a));
  EXPECT_FALSE(cache.find("m", "call_cccccccccccccccc"));
  cache.keep("m", {a}, thought("newer"));
  EXPECT_EQ(cache.find("m", a)->text, "newer");
}

TEST(ThinkingCache, ShortIdsAreNotUnique) {
  ThinkingCache cache;
  cache.keep("m", {"call_1"}, thought("why"));
  EXPECT_FALSE(cache.find("m", "call_1"));
}

TEST(ThinkingCache, NothingIsNotKept) {
  ThinkingCache cache;
  cache.keep("m", {a}, {});
  EXPECT_FALSE(cache.find("m", a));
}

TEST(ThinkingCache, TheLongestUnusedGoesFirst) {
  ThinkingCache cache(2000);
  cache.keep("m", {a}, thought(std::string(500, 'a')));
  cache.keep("m", {b}, thought(std::string(500, 'b')));
  EXPECT_TRUE(cache.find("m", a));
  cache.keep("m", {"call_cccccccccccccccc"}, thought(std::string(500, 'c')));
  EXPECT_TRUE(cache.find("m", a));
  EXPECT_FALSE(cache.find("m", b));
  cache.keep("m", {b}, thought(std::string(5000, 'b')));
  EXPECT_FALSE(cache.find("m", b)) << "larger than the whole cache";
  EXPECT_TRUE(cache.find("m", a));
}

}  // namespace
}  // namespace ccp::memory
