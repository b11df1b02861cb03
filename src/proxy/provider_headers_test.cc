#include "proxy/provider_headers.h"

#include <gtest/gtest.h>

namespace ccp::proxy {
namespace {

net::Fields fields(std::initializer_list<net::Field> list) {
  net::Fields fields;
  for (const auto& field : list) fields.add(field);
  return fields;
}

/// Seconds to wait at 2026-03-01T12:00:00Z; -1 for none.
std::int64_t wait(std::initializer_list<net::Field> list) {
  const auto now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);
  const auto found = retry_after(fields(list), now);
  return found ? found->count() : -1;
}

TEST(ProviderHeaders, RetryAfterInEveryForm) {
  EXPECT_EQ(wait({{"Retry-After", "7"}}), 7);
  EXPECT_EQ(wait({{"retry-after", "0"}}), 0);
  EXPECT_EQ(wait({{"retry-after", "1.2"}}), 2);
  EXPECT_EQ(wait({{"retry-after", "Sun, 01 Mar 2026 12:00:30 GMT"}}), 30);
  EXPECT_EQ(wait({{"retry-after", "Sun, 01 Mar 2026 11:00:00 GMT"}}), 0);
  EXPECT_EQ(wait({{"retry-after-ms", "1500"}}), 2);
  EXPECT_EQ(wait({{"retry-after-ms", "1500"}, {"retry-after", "9"}}), 9);
  EXPECT_EQ(wait({{"retry-after-ms", "1500"}, {"retry-after", "soon"}}), 2);
  EXPECT_EQ(wait({{"retry-after", "86400"}}), 86400);
}

TEST(ProviderHeaders, WhatIsNoWaitIsNone) {
  for (const auto* value : {"", "soon", "-1", "86401", "7x", "1.x", "Sun, 01 Mar 2026 12:00:30 GMT+1"}) {
    EXPECT_EQ(wait({{"retry-after", value}}), -1) << value;
  }
  EXPECT_EQ(wait({{"retry-after-ms", "ten"}}), -1);
  EXPECT_EQ(wait({}), -1);
}

TEST(ProviderHeaders, RateLimitsArePassedOn) {
  const auto passed =
      rate_limit_headers(fields({{"X-RateLimit-Remaining-Tokens", "149984"},
                                 {"content-type", "application/json"},
                                 {"ratelimit-policy", "10;w=1"},
                                 {"anthropic-ratelimit-requests-reset", "2026-03-01T12:00:00Z"},
                                 {"x-ratelimit-scope", "org-9a8b7c6d5e4f"},
                                 {"x-ratelimit-odd", "a\x01"},
                                 {"set-cookie", "a=b"}}));
  std::vector<std::string> names;
  for (const auto& header : passed) names.push_back(header.name + "=" + header.value);
  EXPECT_EQ(names, (std::vector<std::string>{"X-RateLimit-Remaining-Tokens=149984", "ratelimit-policy=10;w=1",
                                             "anthropic-ratelimit-requests-reset=2026-03-01T12:00:00Z"}));
}

TEST(ProviderHeaders, RateLimitsAreBounded) {
  net::Fields many;
  for (int i = 0; i < 60; ++i) many.add({"x-ratelimit-limit", "1"});
  EXPECT_EQ(rate_limit_headers(many).size(), 24U);
  EXPECT_TRUE(rate_limit_headers(fields({{"x-ratelimit-a", std::string(129, 's')}})).empty());
  EXPECT_EQ(rate_limit_headers(fields({{"x-ratelimit-a", std::string(128, 's')}})).size(), 1U);
}

}  // namespace
}  // namespace ccp::proxy
