#include <gtest/gtest.h>

#include "net/http1.h"

namespace ccp::net {
namespace {

using namespace std::string_literals;

std::expected<RequestHead, HeadError> parse(std::string_view head) { return parse_request_head(head, {}); }

/// A head with one more field, or with another request line.
std::string with(std::string field) { return "POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n"; }
std::string line(std::string request_line) { return request_line + "\r\nHost: a\r\n\r\n"; }
std::string host(std::string value) { return "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n"; }
std::string fields(int count) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 1; i < count; ++i) head += "X: y\r\n";
  return head + "\r\n";
}

struct Case {
  const char* name;
  std::string head;
  int status;  ///< 0: accepted
};

std::vector<Case> request_lines() {
  return {
      {"plain", line("GET / HTTP/1.1"), 0},
      {"unknown method", line("BREW /pot HTTP/1.1"), 0},
      {"lower case method", line("get / HTTP/1.1"), 0},
      {"method with every token character", line("A!#$%&'*+-.^_`|~9 / HTTP/1.1"), 0},
      {"method with a colon", line("GE:T / HTTP/1.1"), 400},
      {"method with a slash", line("GE/T / HTTP/1.1"), 400},
      {"method with a NUL", line("GE\0T / HTTP/1.1"s), 400},
      {"method not ASCII", line("G\xc3\x89T / HTTP/1.1"), 400},
      {"no method", line(" / HTTP/1.1"), 400},
      {"space before the method", line(" GET / HTTP/1.1"), 400},
      {"two spaces before the target", line("GET  / HTTP/1.1"), 400},
      {"two spaces before the version", line("GET /  HTTP/1.1"), 400},
      {"tab as separator", line("GET\t/ HTTP/1.1"), 400},
      {"space behind the version", line("GET / HTTP/1.1 "), 400},
      {"space in the target", line("GET /a b HTTP/1.1"), 400},
      {"HTTP/0.9", line("GET /"), 400},
      {"HTTP/0.9 without a target", line("GET"), 400},
      {"HTTP/1.2", line("GET / HTTP/1.2"), 505},
      {"HTTP/2.0", line("GET / HTTP/2.0"), 505},
      {"HTTP/0.9 with a version", line("GET / HTTP/0.9"), 505},
      {"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505},
      {"lower case version", line("GET / http/1.1"), 400},
      {"version with three parts", line("GET / HTTP/1.1.1"), 400},
      {"version with two digits", line("GET / HTTP/1.10"), 400},
      {"version without a dot", line("GET / HTTP/11"), 400},
      {"other protocol", line("GET / ICAP/1.1"), 400},
      {"ClientHello of TLS", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"s, 400},
      {"query", line("GET /v1/messages?beta=true HTTP/1.1"), 0},
      {"fragment", line("GET /a#b HTTP/1.1"), 400},
      {"backslash", line("GET /a\\b HTTP/1.1"), 400},
      {"quote", line("GET /\"a HTTP/1.1"), 400},
      {"angle bracket", line("GET /<a HTTP/1.1"), 400},
      {"target not ASCII", line("GET /\xc3\xa9 HTTP/1.1"), 400},
      {"target with a NUL", line("GET /\0 HTTP/1.1"s), 400},
      {"target with DEL", line("GET /\x7f HTTP/1.1"), 400},
      {"target with a tab", line("GET /\ta HTTP/1.1"), 400},
      {"target without a slash", line("GET a HTTP/1.1"), 400},
      {"absolute form", line("GET http://a/b?c HTTP/1.1"), 0},
      {"absolute form, upper case scheme", line("GET HTTPS://a:8082/ HTTP/1.1"), 0},
      {"absolute form without a path", line("GET http://a HTTP/1.1"), 0},
      {"absolute form, query without a path", line("GET http://a?b HTTP/1.1"), 0},
      {"absolute form without a host", line("GET http:///b HTTP/1.1"), 400},
      {"absolute form with userinfo", line("GET http://user@a/ HTTP/1.1"), 400},
      {"absolute form of another scheme", line("GET ftp://a/ HTTP/1.1"), 400},
      {"asterisk with OPTIONS", line("OPTIONS * HTTP/1.1"), 0},
      {"asterisk with GET", line("GET * HTTP/1.1"), 400},
      {"asterisk and more", line("OPTIONS *a HTTP/1.1"), 400},
      {"CONNECT", line("CONNECT a:443 HTTP/1.1"), 501},
      {"CONNECT with a path", line("CONNECT / HTTP/1.1"), 501},
      {"one empty line before", "\r\n" + line("GET / HTTP/1.1"), 0},
      {"two empty lines before", "\r\n\r\n" + line("GET / HTTP/1.1"), 400},
      {"bare LF before", "\n" + line("GET / HTTP/1.1"), 400},
      {"bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare CR behind the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
      {"nothing but an empty line", "\r\n", 400},
      {"two empty lines", "\r\n\r\n", 400},
  };
}

std::vector<Case> field_lines() {
  return {
      {"no value", with("X:"), 0},
      {"value of blanks", with("X: \t "), 0},
      {"no space behind the colon", with("X:y"), 0},
      {"blanks around the value", with("X: \t y \t"), 0},
      {"colons in the value", with("X: a:b:c"), 0},
      {"tab in the value", with("X: a\tb"), 0},
      {"value not ASCII", with("X: \xc3\xa9"), 0},
      {"value of all visible bytes", with("X: !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), 0},
      {"space before the colon", with("X : y"), 400},
      {"tab before the colon", with("X\t: y"), 400},
      {"space in the name", with("X Y: z"), 400},
      {"no name", with(": y"), 400},
      {"no colon", with("X"), 400},
      {"name with a slash", with("X/Y: z"), 400},
      {"name in brackets", with("(X): y"), 400},
      {"name not ASCII", with("\xc3\xa9: y"), 400},
      {"NUL in the name", with("X\0Y: z"s), 400},
      {"obs-fold with a space", with("X: y\r\n z"), 400},
      {"obs-fold with a tab", with("X: y\r\n\tz"), 400},
      {"first line folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"bare LF", with("X: y\nZ: a"), 400},
      {"bare CR in the value", with("X: y\rZ: a"), 400},
      {"CR CR LF", with("X: y\r"), 400},
      {"NUL in the value", with("X: \0"s), 400},
      {"control character far into a value", with("X: 0123456789abcdef0123456789\x01"), 400},
      {"DEL in the value", with("X: y\x7f"), 400},
      {"escape character in the value", with("X: \x1b[2J"), 400},
      {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"100 fields", fields(100), 0},
      {"101 fields", fields(101), 431},
      {"bytes behind the head", with("X: y") + "z", 400},
      {"no empty line", "GET / HTTP/1.1\r\nHost: a\r\n", 400},
  };
}

std::vector<Case> hosts() {
  return {
      {"name and port", host("localhost:8082"), 0},
      {"address", host("127.0.0.1"), 0},
      {"IPv6 address", host("[::1]:8082"), 0},
      {"underscore", host("my_service.local"), 0},
      {"missing", "GET / HTTP/1.1\r\n\r\n", 400},
      {"missing on 1.0", "GET / HTTP/1.0\r\n\r\n", 0},
      {"empty", host(""), 400},
      {"empty on 1.0", "GET / HTTP/1.0\r\nHost:\r\n\r\n", 400},
      {"twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"twice the same", "GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n", 400},
      {"twice on 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"list", host("a, b"), 400},
      {"userinfo", host("user@a"), 400},
      {"path", host("a/b"), 400},
      {"blank", host("a b"), 400},
      {"not ASCII", host("\xc3\xa9"), 400},
      {"no name before the port", host(":80"), 400},
      {"port no number", host("a:b"), 400},
      {"port empty", host("a:"), 400},
      {"port too long", host("a:123456"), 400},
      {"two ports", host("a:1:2"), 400},
      {"open bracket", host("[::1"), 400},
      {"name in brackets", host("[host]"), 400},
      {"bytes behind the bracket", host("[::1]a"), 400},
  };
}

std::vector<Case> framings() {
  const std::string chunked = "Transfer-Encoding: chunked";
  return {
      {"chunked", with(chunked), 0},
      {"Chunked", with("Transfer-Encoding: Chunked"), 0},
      {"name in lower case", with("transfer-encoding: CHUNKED"), 0},
      {"blanks around chunked", with("Transfer-Encoding:  \tchunked \t"), 0},
      {"xchunked", with("Transfer-Encoding: xchunked"), 400},
      {"chunkedx", with("Transfer-Encoding: chunkedx"), 400},
      {"chunked in quotes", with("Transfer-Encoding: \"chunked\""), 400},
      {"chunked with a parameter", with("Transfer-Encoding: chunked;q=1"), 400},
      {"chunked behind a vertical tab",
       with("Transfer-Encoding: \x0b"
            "chunked"),
       400},
      {"identity", with("Transfer-Encoding: identity"), 400},
      {"chunked, identity", with("Transfer-Encoding: chunked, identity"), 400},
      {"chunked, chunked", with("Transfer-Encoding: chunked, chunked"), 400},
      {"empty coding", with("Transfer-Encoding:"), 400},
      {"chunked and a comma", with("Transfer-Encoding: chunked,"), 400},
      {"gzip", with("Transfer-Encoding: gzip"), 400},
      {"gzip, chunked", with("Transfer-Encoding: gzip, chunked"), 501},
      {"coding twice", with(chunked + "\r\n" + chunked), 400},
      {"coding over two fields", with("Transfer-Encoding: gzip\r\n" + chunked), 400},
      {"chunked on 1.0", "POST / HTTP/1.0\r\n" + chunked + "\r\n\r\n", 400},
      {"space before the colon of the coding", with("Transfer-Encoding : chunked"), 400},
      {"length 0", with("Content-Length: 0"), 0},
      {"length 5", with("Content-Length: 5"), 0},
      {"length with a leading zero", with("Content-Length: 05"), 0},
      {"largest length", with("Content-Length: 18446744073709551615"), 0},
      {"blank behind the length", with("Content-Length: 5 "), 0},
      {"length on 1.0", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n", 0},
      {"length above 64 bits", with("Content-Length: 18446744073709551616"), 400},
      {"length of 40 digits", with("Content-Length: " + std::string(40, '9')), 400},
      {"list of equal lengths", with("Content-Length: 5, 5"), 400},
      {"list of lengths", with("Content-Length: 5, 6"), 400},
      {"plus", with("Content-Length: +5"), 400},
      {"minus", with("Content-Length: -1"), 400},
      {"minus zero", with("Content-Length: -0"), 400},
      {"hexadecimal", with("Content-Length: 0x5"), 400},
      {"fraction", with("Content-Length: 5.0"), 400},
      {"empty length", with("Content-Length:"), 400},
      {"blank in the length", with("Content-Length: 5 5"), 400},
      {"length in quotes", with("Content-Length: \"5\""), 400},
      {"length in other digits", with("Content-Length: \xd9\xa5"), 400},
      {"equal lengths twice", with("Content-Length: 5\r\nContent-Length: 5"), 400},
      {"different lengths", with("Content-Length: 5\r\nContent-Length: 6"), 400},
      {"length and coding", with("Content-Length: 5\r\n" + chunked), 400},
      {"coding and length", with(chunked + "\r\nContent-Length: 5"), 400},
      {"length and unknown coding", with("Content-Length: 5\r\nTransfer-Encoding: identity"), 400},
      {"length with an underscore is another field", with("Content_Length: 5\r\nContent-Length: 6"), 0},
      {"Expect", with("Expect: 100-continue\r\nContent-Length: 5"), 0},
      {"Expect in upper case", with("expect: 100-CONTINUE\r\nContent-Length: 5"), 0},
      {"other expectation", with("Expect: 200-ok"), 417},
      {"two expectations", with("Expect: 100-continue\r\nExpect: gold"), 417},
      {"other expectation on 1.0", "POST / HTTP/1.0\r\nExpect: gold\r\n\r\n", 0},
  };
}

void check(const std::vector<Case>& cases) {
  for (const auto& [name, head, status] : cases) {
    const auto parsed = parse(head);
    EXPECT_EQ(parsed ? 0 : parsed.error().status, status)
        << name << ": " << (parsed ? "" : parsed.error().reason);
    EXPECT_TRUE(parsed || !parsed.error().reason.empty()) << name;
  }
}

TEST(RequestHead, RequestLines) { check(request_lines()); }
TEST(RequestHead, FieldLines) { check(field_lines()); }
TEST(RequestHead, Hosts) { check(hosts()); }
TEST(RequestHead, Framings) { check(framings()); }

TEST(RequestHead, Parts) {
  const std::string bytes =
      "POST /v1/messages?beta=true HTTP/1.1\r\nHost: a\r\nX-Api-Key:  k \r\nAccept: b\r\naccept: c\r\n"
      "Content-Length: 123\r\n\r\n";
  const auto head = parse(bytes);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/v1/messages?beta=true");
  EXPECT_EQ(head->path, "/v1/messages");
  EXPECT_EQ(head->query, "beta=true");
  EXPECT_EQ(head->minor_version, 1);
  EXPECT_EQ(head->fields.size(), 5U);
  EXPECT_EQ(head->fields.find("x-api-KEY"), "k");
  EXPECT_EQ(head->fields.find("Accept"), "b");
  EXPECT_EQ(head->fields.count("ACCEPT"), 2U);
  EXPECT_EQ(head->fields.find("Accep"), std::nullopt);
  EXPECT_EQ(std::get<SizedBody>(head->framing).length, 123U);
}

TEST(RequestHead, PathsOfTargets) {
  const struct {
    const char* target;
    const char* path;
    const char* query;
  } cases[] = {
      {"/", "/", ""},          {"/?", "/", ""},
      {"/a?b?c", "/a", "b?c"}, {"http://h/a?b", "/a", "b"},
      {"http://h", "/", ""},   {"http://[::1]:80?b/c", "/", "b/c"},
      {"//a", "//a", ""},      {"/http://a", "/http://a", ""},
  };
  for (const auto& [target, path, query] : cases) {
    const auto bytes = line("GET " + std::string(target) + " HTTP/1.1");
    const auto head = parse(bytes);
    ASSERT_TRUE(head) << target;
    EXPECT_EQ(head->path, path) << target;
    EXPECT_EQ(head->query, query) << target;
  }
}

TEST(RequestHead, KeepAlive) {
  const struct {
    const char* version;
    const char* fields;
    bool keep_alive;
  } cases[] = {
      {"1.1", "", true},
      {"1.1", "Connection: close\r\n", false},
      {"1.1", "Connection: Close\r\n", false},
      {"1.1", "Connection: x, close ,y\r\n", false},
      {"1.1", "Connection: x\r\nConnection: close\r\n", false},
      {"1.1", "Connection: keep-alive\r\n", true},
      {"1.1", "Connection: keep-alive, close\r\n", false},
      {"1.1", "Connection: closed\r\n", true},
      {"1.1", "Connection: , ,\r\n", true},
      {"1.0", "", false},
      {"1.0", "Connection: keep-alive\r\n", true},
      {"1.0", "Connection: Keep-Alive, close\r\n", false},
  };
  for (const auto& [version, fields, keep_alive] : cases) {
    const auto bytes = "GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + fields + "\r\n";
    const auto head = parse(bytes);
    ASSERT_TRUE(head) << bytes;
    EXPECT_EQ(head->keep_alive, keep_alive) << bytes;
  }
}

TEST(RequestHead, ExpectContinueNeedsABody) {
  EXPECT_TRUE(parse(with("Expect: 100-continue\r\nContent-Length: 5"))->expect_continue);
  EXPECT_TRUE(parse(with("Expect: 100-continue\r\nTransfer-Encoding: chunked"))->expect_continue);
  EXPECT_FALSE(parse(with("Expect: 100-continue"))->expect_continue);
  EXPECT_FALSE(
      parse("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")->expect_continue);
}

TEST(RequestHead, SizeLimits) {
  const HeadLimits limits{.bytes = 100, .fields = 100};
  const auto of_size = [](std::size_t size) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
    head.insert(head.size() - 4, size - head.size(), 'x');
    return head;
  };
  EXPECT_TRUE(parse_request_head(of_size(100), limits));
  EXPECT_EQ(parse_request_head(of_size(101), limits).error().status, 431);
  const auto target = "GET /" + std::string(100, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(parse_request_head(target, limits).error().status, 414);
  EXPECT_EQ(parse_request_head(target.substr(0, 101), limits).error().status, 414) << "an unfinished head";
  EXPECT_EQ(parse_request_head(of_size(200).substr(0, 101), limits).error().status, 431)
      << "an unfinished head";
}

/// Every byte value in the middle of a value, at each place of a word.
TEST(RequestHead, BytesOfValues) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 9; ++at) {
      std::string value = "0123456789";
      value[at] = static_cast<char>(byte);
      const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
      EXPECT_EQ(parse(with("X: y" + value)).has_value(), allowed) << byte << " at " << at;
    }
  }
}

TEST(HeadEnd, IsFoundInAnySplit) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string bytes = head + "body\r\n\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    std::size_t checked = 0;
    std::optional<std::size_t> end;
    std::size_t have = 0;
    while (!end && have < bytes.size()) {
      have = std::min(have + step, bytes.size());
      end = find_head_end(std::string_view(bytes).substr(0, have), checked);
      EXPECT_LE(checked, have);
    }
    EXPECT_EQ(end, head.size()) << "step " << step;
    EXPECT_LT(have, head.size() + step);
  }
}

TEST(HeadEnd, BareLineFeedsEndItToo) {
  for (const std::string head :
       {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "\r\n\r\n", "\n\n"}) {
    std::size_t checked = 0;
    EXPECT_EQ(find_head_end(head + "x", checked), head.size()) << head;
    EXPECT_FALSE(parse(head));
  }
  std::size_t checked = 0;
  EXPECT_EQ(find_head_end("\r\nGET / HTTP/1.1\r\nHost: a\r\n", checked), std::nullopt);
}

}  // namespace
}  // namespace ccp::net
