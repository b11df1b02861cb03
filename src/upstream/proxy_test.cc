#include "upstream/proxy.h"

#include <gtest/gtest.h>

#include "upstream/client.h"

namespace ccp::upstream {
namespace {

std::string shown(std::string_view url) {
  const auto proxy = parse_proxy(url);
  if (!proxy) return "error";
  return proxy->authority() + " " + std::string(proxy->authorization.reveal());
}

TEST(ParseProxy, WhatPeopleWrite) {
  EXPECT_EQ(shown("http://proxy.test:3128"), "proxy.test:3128 ");
  EXPECT_EQ(shown("http://proxy.test:3128/"), "proxy.test:3128 ");
  EXPECT_EQ(shown("HTTP://Proxy.test"), "proxy.test:80 ");
  EXPECT_EQ(shown("proxy.test:3128"), "proxy.test:3128 ");
  EXPECT_EQ(shown("http://[::1]:8080"), "[::1]:8080 ");
}

TEST(ParseProxy, Credentials) {
  // RFC 7617 section 2: Aladdin, "open sesame".
  EXPECT_EQ(shown("http://Aladdin:open%20sesame@p.test:1"), "p.test:1 Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(shown("http://user@p.test:1"), "p.test:1 Basic dXNlcjo=");
  EXPECT_EQ(shown("http://u:p%40ss%3A@p.test:1"), "p.test:1 Basic dTpwQHNzOg==");
  EXPECT_EQ(shown("u:p@p.test:1"), "p.test:1 Basic dTpw");
}

TEST(ParseProxy, WhatIsNoneIsRefusedWithoutRepeatingIt) {
  for (const char* url : {"https://p.test:1", "socks5://p.test:1", "http://", "http://p.test:0",
                          "http://p.test:x", "http://p.test/path", "http://user:secret@", ""}) {
    const auto proxy = parse_proxy(url);
    ASSERT_FALSE(proxy) << url;
    EXPECT_FALSE(proxy.error().message.contains("secret"));
    EXPECT_TRUE(proxy.error().message.contains("expected http://")) << proxy.error().message;
  }
}

TEST(NoProxy, Table) {
  struct Row {
    const char* list;
    const char* host;
    bool covered;
  };
  constexpr Row rows[] = {
      {"", "a.test", false},
      {"*", "a.test", true},
      {"a.test", "a.test", true},
      {"a.test", "A.Test", true},
      {"a.test", "x.a.test", true},
      {".a.test", "x.a.test", true},
      {".a.test", "a.test", true},
      {"*.a.test", "x.a.test", true},
      {"a.test", "ba.test", false},
      {"a.test", "a.test.evil", false},
      {" b.test , a.test ", "a.test", true},
      {"b.test a.test", "a.test", true},
      {"a.test:443", "a.test", true},
      {"a.test:80", "a.test", false},
      {"10.1.2.3", "10.1.2.3", true},
      {"10.1.2.3", "10.1.2.33", false},
      {"10.0.0.0/8", "10.9.9.9", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/8", "a.test", false},
      {"fd00::/8", "fd12::1", true},
      {"fd00::/8", "fe00::1", false},
      {"::1", "0:0:0:0:0:0:0:1", true},
      {"[fd12::1]:443", "fd12::1", true},
      {"[fd12::1]:80", "fd12::1", false},
      {",,", "a.test", false},
      {".", "a.test", false},
  };
  for (const Row& row : rows)
    EXPECT_EQ(NoProxy(row.list).covers(row.host, 443), row.covered) << row.list << " " << row.host;
}

TEST(Proxies, EachSchemeHasItsOwnAndThisMachineHasNone) {
  const Proxies proxies{
      .https = *parse_proxy("s:1"), .http = *parse_proxy("p:1"), .direct = NoProxy("direct.test")};
  const auto via = [&](std::string_view url) {
    const auto* proxy = proxies.towards(*parse_origin(url));
    return proxy == nullptr ? std::string("direct") : proxy->host;
  };
  EXPECT_EQ(via("https://a.test"), "s");
  EXPECT_EQ(via("http://a.test"), "p");
  for (const char* url :
       {"https://direct.test", "http://localhost", "https://127.9.9.9", "http://[::1]", "http://x.localhost"})
    EXPECT_EQ(via(url), "direct") << url;
  EXPECT_EQ(Proxies{}.towards(*parse_origin("https://a.test")), nullptr);
}

}  // namespace
}  // namespace ccp::upstream
