// A table of requests that must be refused, over a real socket: each is answered once and closed, whatever
// follows it.

#include <gtest/gtest.h>

#include "http/test_server.h"

namespace ccp::http::test {
namespace {

using namespace std::string_literals;

struct Case {
  const char* name;
  std::string bytes;
  int status;
};

/// What an attacker would smuggle: it must never be answered.
const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(const std::string& fields, const std::string& body = {}) {
  return "POST /b HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n\r\n" + body;
}

std::vector<Case> framings() {
  return {
      {"01 length and coding (CL.TE)", post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
       400},
      {"02 coding and length (TE.CL)", post("Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n"),
       400},
      {"03 two codings (TE.TE)", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "0\r\n\r\n"),
       400},
      {"04 unknown coding", post("Transfer-Encoding: xchunked", "0\r\n\r\n"), 400},
      {"05 coding behind chunked", post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"), 400},
      {"06 coding before chunked", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 501},
      {"07 identity", post("Transfer-Encoding: identity\r\nContent-Length: 3", "abc"), 400},
      {"08 coding after a vertical tab",
       post("Transfer-Encoding:\x0b"
            "chunked",
            "0\r\n\r\n"),
       400},
      {"09 space before the colon of the coding", post("Transfer-Encoding : chunked", "0\r\n\r\n"), 400},
      {"10 coding in a folded line", post("X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"), 400},
      {"11 folded coding", post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n"), 400},
      {"12 coding on HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"13 coding behind a bare LF", post("X: y\nTransfer-Encoding: chunked", "0\r\n\r\n"), 400},
      {"14 coding behind a bare CR", post("X: y\rTransfer-Encoding: chunked", "0\r\n\r\n"), 400},
      {"15 coding behind a NUL", post("X: y\0\r\nTransfer-Encoding: chunked"s, "0\r\n\r\n"), 400},
      {"16 two lengths", post("Content-Length: 5\r\nContent-Length: 0", "abcde"), 400},
      {"17 two equal lengths", post("Content-Length: 5\r\nContent-Length: 5", "abcde"), 400},
      {"18 list of lengths", post("Content-Length: 5, 5", "abcde"), 400},
      {"19 signed length", post("Content-Length: +5", "abcde"), 400},
      {"20 negative length", post("Content-Length: -5", "abcde"), 400},
      {"21 hexadecimal length", post("Content-Length: 0x5", "abcde"), 400},
      {"22 length above 64 bits", post("Content-Length: 18446744073709551621", "abcde"), 400},
      {"23 length with a tab inside", post("Content-Length: 1\t0", "abcde"), 400},
      {"24 largest length", post("Content-Length: 18446744073709551615", "abcde"), 413},
  };
}

std::vector<Case> heads() {
  return {
      {"25 no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"26 two Hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"27 Host with userinfo", "GET / HTTP/1.1\r\nHost: x@y\r\n\r\n", 400},
      {"28 Host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
      {"29 no field name", post(": y"), 400},
      {"30 line without a colon", post("X"), 400},
      {"31 bare LF", "GET / HTTP/1.1\nHost: x\n\n", 400},
      {"32 bare LF in the empty line", "GET / HTTP/1.1\r\nHost: x\r\n\n", 400},
      {"33 HTTP/0.9", "GET /\r\n\r\n", 400},
      {"34 HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
      {"35 preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"36 lower case version", "GET / http/1.1\r\nHost: x\r\n\r\n", 400},
      {"37 TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
      {"38 CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"39 fragment", "GET /#x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"40 target not ASCII", "GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"41 asterisk", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"42 two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"43 unknown expectation", post("Expect: 101\r\nContent-Length: 5", "abcde"), 417},
      {"44 target of 70 KB", "GET /" + std::string(70'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {"45 head of 70 KB", post("X: " + std::string(70'000, 'x')), 431},
      {"46 method of 70 KB", std::string(70'000, 'x'), 414},
      {"47 nothing but line ends", "\r\n\r\n\r\n\r\n", 400},
  };
}

std::vector<Case> chunks() {
  const auto chunked = [](const std::string& body) { return post("Transfer-Encoding: chunked", body); };
  return {
      {"48 chunk size with a sign", chunked("+5\r\nabcde\r\n0\r\n\r\n"), 400},
      {"49 chunk size with 0x", chunked("0x5\r\nabcde\r\n0\r\n\r\n"), 400},
      {"50 chunk size above 64 bits", chunked("10000000000000005\r\nabcde\r\n0\r\n\r\n"), 400},
      {"51 largest chunk size", chunked("ffffffffffffffff\r\n" + std::string(40'000'000, 'x')), 413},
      {"52 bare LF behind a chunk size", chunked("5\nabcde\r\n0\r\n\r\n"), 400},
      {"53 bare LF in an extension", chunked("5;x\nabcde\r\n0\r\n\r\n"), 400},
      {"54 extension of 20 KB", chunked("5;" + std::string(20'000, 'x') + "\r\nabcde\r\n0\r\n\r\n"), 400},
      {"55 trailer of 20 KB", chunked("0\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), 400},
      {"56 chunk longer than its size", chunked("3\r\nabcde\r\n0\r\n\r\n"), 400},
      {"57 blank behind a chunk size", chunked("5 \r\nabcde\r\n0\r\n\r\n"), 400},
      {"58 folded trailer", chunked("0\r\nX: y\r\n z\r\n\r\n"), 400},
      {"59 trailers that begin folded", chunked("0\r\n\tX: y\r\n\r\n"), 400},
      {"60 trailer without a colon", chunked("0\r\nX\r\n\r\n"), 400},
      {"61 trailer without a name", chunked("0\r\n: y\r\n\r\n"), 400},
      {"62 blank before the colon of a trailer", chunked("0\r\nX : y\r\n\r\n"), 400},
      {"63 trailer's name not ASCII",
       chunked("0\r\nX\xe9"
               ": y\r\n\r\n"),
       400},
      {"64 a request in the trailers", chunked("0\r\n" + smuggled), 400},
      {"65 a request behind a trailer", chunked("0\r\nX: y\r\n" + smuggled), 400},
      {"66 Content-Length as a trailer", chunked("0\r\ncontent-length: 5\r\n\r\n"), 400},
      {"67 Transfer-Encoding as a trailer", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
      {"68 Host as a trailer", chunked("0\r\nX: y\r\nHOST: z\r\n\r\n"), 400},
      {"69 NUL in a trailer", chunked("0\r\nX: \0\r\n\r\n"s), 400},
  };
}

void refused_once_and_closed(const std::vector<Case>& cases) {
  TestServer server(echo);
  for (const auto& [name, bytes, status] : cases) {
    Client client(server.port());
    client.send(bytes);
    client.send(smuggled);
    client.finish_sending();
    const auto reply = client.read_reply();
    EXPECT_EQ(reply.status, status) << name << ": " << reply.head << reply.body;
    EXPECT_TRUE(reply.has("\r\nConnection: close\r\n")) << name;
    EXPECT_TRUE(client.closed()) << name;
  }
  EXPECT_TRUE(soon(server.drain())) << "no connection is left behind";
}

TEST(Hostile, Framings) { refused_once_and_closed(framings()); }
TEST(Hostile, Heads) { refused_once_and_closed(heads()); }
TEST(Hostile, Chunks) { refused_once_and_closed(chunks()); }

/// Odd, but plain: what clients and proxies really send.
TEST(Hostile, LegalOdditiesAreServed) {
  const std::pair<const char*, std::string> legal[] = {
      {"01 one empty line before", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"02 absolute form", "GET http://x/a?b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"03 OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"04 chunked in capitals", post("TRANSFER-ENCODING: CHUNKED", "0\r\n\r\n")},
      {"05 no space behind the colon", "GET / HTTP/1.1\r\nHost:x\r\n\r\n"},
      {"06 empty value", "GET / HTTP/1.1\r\nHost: x\r\nX:\r\n\r\n"},
      {"07 value not ASCII", "GET / HTTP/1.1\r\nHost: x\r\nX: \xe9\r\n\r\n"},
      {"08 unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"09 unknown Connection option",
       "GET / HTTP/1.1\r\nHost: x\r\nConnection: x, Upgrade\r\nUpgrade: h2c\r\n\r\n"},
      {"10 IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:8082\r\n\r\n"},
      {"11 HTTP/1.0 without Host", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"},
      {"12 length with leading zeros", post("Content-Length: 003", "abc")},
      {"13 trailers", post("Transfer-Encoding: chunked", "0\r\nX-Sum: \t\xe9, y:z\r\nHosts:\r\n\r\n")},
  };
  TestServer server(echo);
  for (const auto& [name, bytes] : legal) {
    Client client(server, bytes + "GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.read_reply().status, 200) << name;
    EXPECT_EQ(client.read_reply().body, "GET /next ") << name;
  }
}

}  // namespace
}  // namespace ccp::http::test
