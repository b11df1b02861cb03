#include "endpoints/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ccp::endpoints {
namespace {

config::Config config(std::string_view host, std::string_view key = "") {
  config::Config config;
  config.host = host;
  config.anthropic_api_key = Secret(std::string(key));
  return config;
}

net::RequestHead head(std::initializer_list<net::Field> fields) {
  net::RequestHead head;
  for (const auto& field : fields) head.fields.add(field);
  return head;
}

/// The kind of the refusal, nullopt when it is allowed.
std::optional<ErrorKind> refusal(const config::Config& config, std::initializer_list<net::Field> fields) {
  const auto error = access_error(config, Access::client_key, head(fields));
  if (!error) return std::nullopt;
  return error->kind;
}

TEST(Access, TheKeyDecidesWhereOneIsSet) {
  const auto checked = config("127.0.0.1", "sesame");
  for (const net::Field good :
       {net::Field{"X-Api-Key", "sesame"}, net::Field{"Authorization", "Bearer sesame"},
        net::Field{"authorization", "bEARER   sesame"}}) {
    EXPECT_EQ(refusal(checked, {good}), std::nullopt) << good.value;
    EXPECT_EQ(refusal(checked, {{"Origin", "https://x.test"}, {"Host", "x.test"}, good}), std::nullopt);
  }
  for (const net::Field bad : {net::Field{"X-Api-Key", "sesam"}, net::Field{"Authorization", "sesame"},
                               net::Field{"Authorization", "Basic sesame"}, net::Field{"Accept", "*/*"}}) {
    EXPECT_EQ(refusal(checked, {bad}), ErrorKind::authentication) << bad.value;
  }
}

TEST(Access, EitherHeaderBeingRightIsEnough) {
  const auto checked = config("127.0.0.1", "sesame");
  const net::Field token{"authorization", "Bearer sesame"};
  const net::Field key{"x-api-key", "sesame"};
  EXPECT_EQ(refusal(checked, {{"x-api-key", "old"}, token}), std::nullopt);
  EXPECT_EQ(refusal(checked, {token, {"x-api-key", ""}}), std::nullopt);
  EXPECT_EQ(refusal(checked, {key, {"authorization", "Bearer old"}}), std::nullopt);
  EXPECT_EQ(refusal(checked, {key, {"authorization", "Basic b2xk"}}), std::nullopt);
  EXPECT_EQ(refusal(checked, {key, token}), std::nullopt);
  EXPECT_EQ(refusal(checked, {{"x-api-key", "old"}, {"authorization", "Bearer older"}}),
            ErrorKind::authentication);
  EXPECT_EQ(refusal(checked, {{"x-api-key", ""}, {"authorization", "Bearer "}}), ErrorKind::authentication);
}

TEST(Access, WebPagesAreRefusedWithoutAKey) {
  for (const char* listener : {"0.0.0.0", "127.0.0.1"}) {
    const auto open = config(listener);
    EXPECT_EQ(refusal(open, {{"Host", "localhost:8082"}}), std::nullopt);
    for (const char* origin : {"https://evil.test", "null", "http://localhost:8082"}) {
      EXPECT_EQ(refusal(open, {{"Origin", origin}, {"Host", "localhost:8082"}}), ErrorKind::permission)
          << origin;
    }
    for (const char* site : {"cross-site", "same-site", "Cross-Site", "anything"}) {
      EXPECT_EQ(refusal(open, {{"Sec-Fetch-Site", site}}), ErrorKind::permission) << site;
    }
    for (const char* site : {"none", "same-origin"}) {
      EXPECT_EQ(refusal(open, {{"Sec-Fetch-Site", site}}), std::nullopt) << site;
    }
  }
}

TEST(Access, ALoopbackListenerAnswersToItsOwnNamesOnly) {
  for (const char* listener : {"127.0.0.1", "localhost", "::1"}) {
    for (const char* own :
         {"localhost", "LOCALHOST:1", "127.0.0.1:8082", "127.9.9.9", "[::1]:8082", "a.localhost"}) {
      EXPECT_EQ(refusal(config(listener), {{"Host", own}}), std::nullopt) << own;
    }
    for (const char* other :
         {"evil.test", "localhost.evil.test", "127.0.0.1.evil.test:8082", "192.168.1.2", "[::2]"}) {
      EXPECT_EQ(refusal(config(listener), {{"Host", other}}), ErrorKind::permission) << other;
    }
  }
  EXPECT_EQ(refusal(config("0.0.0.0"), {{"Host", "my-server.lan"}}), std::nullopt);
}

TEST(Access, OpenEndpointsAskForNothing) {
  EXPECT_FALSE(
      access_error(config("127.0.0.1", "sesame"), Access::open, head({{"Origin", "https://x.test"}})));
}

}  // namespace
}  // namespace ccp::endpoints
