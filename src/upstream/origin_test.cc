#include <gtest/gtest.h>

#include <string>

#include "upstream/client.h"

namespace ccp::upstream {
namespace {

struct Good {
  const char* url;
  bool tls;
  const char* host;
  std::uint16_t port;
  const char* prefix;
  const char* authority;
};

TEST(Origin, IsReadFromABaseUrl) {
  const Good cases[] = {
      {"https://api.openai.com/v1", true, "api.openai.com", 443, "/v1", "api.openai.com"},
      {"HTTPS://API.OpenAI.com/V1/", true, "api.openai.com", 443, "/V1", "api.openai.com"},
      {"http://localhost:11434", false, "localhost", 11434, "", "localhost:11434"},
      {"http://localhost:80/", false, "localhost", 80, "", "localhost"},
      {"https://host:80//", true, "host", 80, "", "host:80"},
      {"https://[::1]:8443/a/b", true, "::1", 8443, "/a/b", "[::1]:8443"},
      {"http://[2001:db8::7]", false, "2001:db8::7", 80, "", "[2001:db8::7]"},
      {"http://open_webui.internal./api", false, "open_webui.internal.", 80, "/api", "open_webui.internal."},
      {"https://x.azure.com/openai/deployments/gpt%204", true, "x.azure.com", 443,
       "/openai/deployments/gpt%204", "x.azure.com"},
  };
  for (const Good& each : cases) {
    SCOPED_TRACE(each.url);
    const Result<Origin> origin = parse_origin(each.url);
    ASSERT_TRUE(origin) << origin.error().message;
    EXPECT_EQ(origin->tls, each.tls);
    EXPECT_EQ(origin->host, each.host);
    EXPECT_EQ(origin->port, each.port);
    EXPECT_EQ(origin->prefix, each.prefix);
    EXPECT_EQ(origin->authority(), each.authority);
  }
}

TEST(Origin, SaysWhatIsWrongWithAUrl) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "must start with http:// or https://"},
      {"api.openai.com/v1", "must start with http:// or https://"},
      {"ftp://host", "must start with http:// or https://"},
      {"https://", "host name"},
      {"https:///v1", "host name"},
      {"https://:443", "host name"},
      {"https://ho*st", "host name"},
      {"https://[::1", "host name"},
      {"https://[::g]", "host name"},
      {"https://[::1]x", "host name"},
      {"https://host:", "number from 1 to 65535"},
      {"https://host:0", "number from 1 to 65535"},
      {"https://host:65536", "number from 1 to 65535"},
      {"https://host:80x", "number from 1 to 65535"},
      {"https://host:+80", "number from 1 to 65535"},
      {"https://host/v1?x=1", "query"},
      {"https://host#top", "fragment"},
      {"https://ho st", "space"},
      {"https://host/\r\nX: y", "control character"},
      {"https://b\xc3\xbc"
       "cher.de",
       "not ASCII"},
  };
  for (const auto& [url, reason] : cases) {
    SCOPED_TRACE(url);
    const Result<Origin> origin = parse_origin(url);
    ASSERT_FALSE(origin);
    EXPECT_TRUE(origin.error().message.contains(reason)) << origin.error().message;
    EXPECT_TRUE(origin.error().message.contains(url)) << origin.error().message;
  }
}

TEST(Origin, NeverRepeatsAPassword) {
  const Result<Origin> origin = parse_origin("https://user:sk-123@host/v1");
  ASSERT_FALSE(origin);
  EXPECT_FALSE(origin.error().message.contains("sk-123")) << origin.error().message;
}

}  // namespace
}  // namespace ccp::upstream
