#include "endpoints/unserved.h"

#include <gtest/gtest.h>

namespace ccp::endpoints {
namespace {

TEST(Unserved, NamesTheResourceAndTheCure) {
  EXPECT_EQ(
      unserved("POST", "/v1/messages/batches"),
      "Message Batches are not served by claude-code-proxy (POST /v1/messages/batches): send each request to "
      "POST /v1/messages");
  EXPECT_EQ(unserved("GET", "/v1/skills/s_1/versions"),
            "the Skills API is not served by claude-code-proxy (GET /v1/skills/s_1/versions): put a skill's "
            "text into "
            "the system prompt");
}

TEST(Unserved, KnowsWholeSegmentsOnly) {
  EXPECT_EQ(unserved("GET", "/v1/filesystem"), "there is nothing at /v1/filesystem");
  EXPECT_EQ(unserved("GET", "/v1"), "there is nothing at /v1");
  EXPECT_EQ(unserved("GET", "/"), "there is nothing at /");
}

}  // namespace
}  // namespace ccp::endpoints
