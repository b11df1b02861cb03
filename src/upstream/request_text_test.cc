#include "upstream/request_text.h"

#include <gtest/gtest.h>

namespace ccp::upstream {
namespace {

const Origin origin{.tls = true, .host = "api.example", .port = 8443, .prefix = "/v1"};

TEST(RequestText, IsAWholeHead) {
  const Request request{
      .target = "/v1/chat/completions?a=b", .headers = {{"Authorization", "Bearer x"}}, .body = "{}"};
  EXPECT_EQ(request_text(origin, request),
            "POST /v1/chat/completions?a=b HTTP/1.1\r\nHost: api.example:8443\r\nAuthorization: Bearer x\r\n"
            "Accept-Encoding: identity\r\nContent-Length: 2\r\n\r\n");
}

TEST(RequestText, GetHasNoLengthAndAPostWithoutBodyHas) {
  EXPECT_EQ(request_text(origin, {.method = "GET", .target = "/"}),
            "GET / HTTP/1.1\r\nHost: api.example:8443\r\nAccept-Encoding: identity\r\n\r\n");
  EXPECT_TRUE(request_text(origin, {.target = "/"})->contains("Content-Length: 0\r\n"));
}

TEST(RequestText, LeavesAGivenAcceptEncodingAlone) {
  const auto text =
      request_text(origin, {.method = "GET", .target = "/", .headers = {{"accept-encoding", "gzip"}}});
  EXPECT_EQ(text, "GET / HTTP/1.1\r\nHost: api.example:8443\r\naccept-encoding: gzip\r\n\r\n");
}

TEST(RequestText, RefusesWhatCouldSmuggle) {
  const std::pair<Request, const char*> cases[] = {
      {{.method = "PO ST", .target = "/"}, "method"},
      {{.method = "", .target = "/"}, "method"},
      {{.target = "/a b"}, "target"},
      {{.target = "/\r\nX: y"}, "target"},
      {{.target = "a"}, "target"},
      {{.target = "/", .headers = {{"A:", "b"}}}, "'A:'"},
      {{.target = "/", .headers = {{"", "b"}}}, "''"},
      {{.target = "/", .headers = {{"X-Key", "secret\r\nY: z"}}}, "X-Key"},
      {{.target = "/", .headers = {{"X-Key", std::string("secret\0", 7)}}}, "X-Key"},
      {{.target = "/", .headers = {{"hOST", "b"}}}, "hOST"},
      {{.target = "/", .headers = {{"Content-Length", "1"}}}, "Content-Length"},
      {{.target = "/", .headers = {{"transfer-encoding", "chunked"}}}, "transfer-encoding"},
      {{.target = "/", .headers = {{"Connection", "close"}}}, "Connection"},
  };
  for (const auto& [request, reason] : cases) {
    const Result<std::string> text = request_text(origin, request);
    ASSERT_FALSE(text) << *text;
    EXPECT_TRUE(text.error().message.contains(reason)) << text.error().message;
    EXPECT_FALSE(text.error().message.contains("secret")) << text.error().message;
  }
}

TEST(RequestText, ThroughAProxyTheTargetIsAbsolute) {
  const Origin plain{.tls = false, .host = "api.test", .port = 8080};
  const Proxy proxy{.host = "proxy.test", .port = 1, .authorization = Secret("Basic abc")};
  EXPECT_EQ(
      *request_text(plain, {.method = "GET", .target = "/v1/models"}, &proxy),
      "GET http://api.test:8080/v1/models HTTP/1.1\r\nHost: api.test:8080\r\nProxy-Authorization: Basic "
      "abc\r\nAccept-Encoding: identity\r\n\r\n");
}

}  // namespace
}  // namespace ccp::upstream
