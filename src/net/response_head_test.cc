#include <gtest/gtest.h>

#include "net/http1.h"

namespace ccp::net {
namespace {

std::expected<ResponseHead, HeadError> parse(std::string_view head, std::string_view method = "POST") {
  return parse_response_head(head, method, {});
}

std::string with(std::string fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n"; }

/// How the end of the body is found, in one word.
std::string framing(const ResponseHead& head) {
  if (const auto* const sized = std::get_if<SizedBody>(&head.framing)) return std::to_string(sized->length);
  if (std::holds_alternative<ChunkedBody>(head.framing)) return "chunked";
  return std::holds_alternative<BodyUntilClose>(head.framing) ? "close" : "none";
}

TEST(ResponseHead, Refused) {
  const std::pair<const char*, std::string> cases[] = {
      {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 5\n\n"},
      {"bare LF in the fields", "HTTP/1.1 200 OK\r\nContent-Length: 5\n\r\n"},
      {"bare CR", "HTTP/1.1 200 OK\rContent-Length: 5\r\n\r\n"},
      {"empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n"},
      {"HTTP/2", "HTTP/2 200\r\n\r\n"},
      {"HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n"},
      {"lower case", "http/1.1 200 OK\r\n\r\n"},
      {"ICY", "ICY 200 OK\r\n\r\n"},
      {"HTTP/0.9", "<html>\r\n\r\n"},
      {"no status", "HTTP/1.1\r\n\r\n"},
      {"two digits", "HTTP/1.1 20 OK\r\n\r\n"},
      {"four digits", "HTTP/1.1 2000 OK\r\n\r\n"},
      {"letters", "HTTP/1.1 2xx OK\r\n\r\n"},
      {"sign", "HTTP/1.1 +20 OK\r\n\r\n"},
      {"two spaces", "HTTP/1.1  200 OK\r\n\r\n"},
      {"status 099", "HTTP/1.1 099 OK\r\n\r\n"},
      {"status 600", "HTTP/1.1 600 OK\r\n\r\n"},
      {"control character in the reason", "HTTP/1.1 200 O\x01K\r\n\r\n"},
      {"obs-fold", with("X: y\r\n z")},
      {"space before the colon", with("Content-Length : 5")},
      {"no colon", with("X")},
      {"control character", with("X: \x01")},
      {"chunked, identity", with("Transfer-Encoding: chunked, identity")},
      {"gzip, chunked", with("Transfer-Encoding: gzip, chunked")},
      {"identity", with("Transfer-Encoding: identity")},
      {"xchunked", with("Transfer-Encoding: xchunked")},
      {"chunked twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
      {"chunked on 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"length no number", with("Content-Length: five")},
      {"list of lengths", with("Content-Length: 5, 5")},
      {"two lengths", with("Content-Length: 5\r\nContent-Length: 6")},
      {"length above 64 bits", with("Content-Length: 18446744073709551616")},
      {"too large", with("X: " + std::string(std::size_t{64} << 10, 'y'))},
  };
  for (const auto& [name, head] : cases) {
    const auto parsed = parse(head);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().status, 502) << name;
    EXPECT_FALSE(parsed.error().reason.empty()) << name;
  }
}

TEST(ResponseHead, Accepted) {
  const struct {
    const char* name;
    std::string head;
    const char* method;
    int status;
    const char* framing;
    bool keep_alive;
  } cases[] = {
      {"sized", with("Content-Length: 5"), "POST", 200, "5", true},
      {"chunked", with("transfer-encoding: Chunked"), "POST", 200, "chunked", true},
      {"until close", with("X: y"), "POST", 200, "close", false},
      {"close", with("Content-Length: 5\r\nConnection: close"), "POST", 200, "5", false},
      {"no reason", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n", "POST", 200, "5", true},
      {"no space behind the status", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n", "POST", 200, "5", true},
      {"reason not ASCII", "HTTP/1.1 404 \xc3\xa9t\xc3\xa9\r\nContent-Length: 0\r\n\r\n", "POST", 404, "0",
       true},
      {"1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "POST", 200, "5", false},
      {"1.0 kept", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", "POST", 200, "5",
       true},
      {"both framings", with("Content-Length: 5\r\nTransfer-Encoding: chunked"), "POST", 200, "chunked",
       false},
      {"100", "HTTP/1.1 100 Continue\r\n\r\n", "POST", 100, "none", true},
      {"103", "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", "POST", 103, "none", true},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", "POST", 204, "none", true},
      {"304 with a length", "HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n", "GET", 304, "none", true},
      {"HEAD", with("Content-Length: 5"), "HEAD", 200, "none", true},
      {"HEAD without framing", with("X: y"), "HEAD", 200, "none", true},
      {"CONNECT", "HTTP/1.1 200 Connection established\r\n\r\n", "CONNECT", 200, "none", true},
      {"CONNECT refused", "HTTP/1.1 407 X\r\nContent-Length: 5\r\n\r\n", "CONNECT", 407, "5", true},
      {"529", "HTTP/1.1 529 \r\nContent-Length: 2\r\n\r\n", "POST", 529, "2", true},
  };
  for (const auto& expected : cases) {
    const auto parsed = parse(expected.head, expected.method);
    ASSERT_TRUE(parsed) << expected.name << ": " << parsed.error().reason;
    EXPECT_EQ(parsed->status, expected.status) << expected.name;
    EXPECT_EQ(framing(*parsed), expected.framing) << expected.name;
    EXPECT_EQ(parsed->keep_alive, expected.keep_alive) << expected.name;
  }
}

}  // namespace
}  // namespace ccp::net
