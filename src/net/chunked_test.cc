#include <gtest/gtest.h>

#include "net/http1.h"

namespace ccp::net {
namespace {

constexpr std::size_t whole = std::size_t{1} << 30;
constexpr std::size_t steps[] = {1, 2, 3, 4, 5, 6, 7, 8, 16, 31, whole};

struct Decoded {
  std::string payload;
  std::string rest;  ///< bytes behind the body
  bool done = false;
  std::string error;
};

/// Decodes `bytes` handed over in pieces of `step` bytes.
Decoded decode(const std::string& bytes, std::size_t step, ChunkedDecoder decoder = ChunkedDecoder()) {
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::string piece = bytes.substr(at, step);
    const auto progress = decoder.decode(piece.data(), piece.size());
    if (!progress) {
      decoded.error = progress.error();
      break;
    }
    EXPECT_LE(progress->payload, progress->consumed);
    EXPECT_LE(progress->consumed, piece.size());
    decoded.payload += piece.substr(0, progress->payload);
    decoded.rest += piece.substr(progress->consumed);
    decoded.done = progress->done;
  }
  return decoded;
}

TEST(Chunked, Accepted) {
  const std::string long_payload(100'000, 'x');
  const struct {
    const char* name;
    std::string bytes;
    std::string payload;
    std::string rest;
  } cases[] = {
      {"empty", "0\r\n\r\n", "", ""},
      {"one", "5\r\nhello\r\n0\r\n\r\n", "hello", ""},
      {"two", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", ""},
      {"hexadecimal", "A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a", ""},
      {"large", "186a0\r\n" + long_payload + "\r\n0\r\n\r\n", long_payload, ""},
      {"leading zeros", "0000000000000005\r\nhello\r\n0000\r\n\r\n", "hello", ""},
      {"line ends in the payload", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", ""},
      {"extensions", "5;a=b;c=\"d;e\"\r\nhello\r\n0;last\r\n\r\n", "hello", ""},
      {"trailers", "5\r\nhello\r\n0\r\nX: y\r\nZ: 1\r\n\r\n", "hello", ""},
      {"next request", "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n", "hello", "GET / HTTP/1.1\r\n"},
      {"extensions up to the limit",
       "1;" + std::string(ChunkedDecoder::max_overhead - 1, 'a') + "\r\nx\r\n0\r\n\r\n", "x", ""},
      {"trailers up to the limit",
       "0\r\nX:" + std::string(ChunkedDecoder::max_overhead - 2, 'a') + "\r\n\r\n", "", ""},
  };
  for (const auto& expected : cases) {
    for (const auto step : steps) {
      const auto decoded = decode(expected.bytes, step);
      EXPECT_EQ(decoded.error, "") << expected.name << " at " << step;
      EXPECT_TRUE(decoded.done) << expected.name << " at " << step;
      EXPECT_EQ(decoded.payload, expected.payload) << expected.name << " at " << step;
      EXPECT_EQ(decoded.rest, expected.rest) << expected.name << " at " << step;
    }
  }
}

TEST(Chunked, ExtensionsPaidForByPayloadAreNotLimited) {
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += "8;ext=y\r\n12345678\r\n";
  EXPECT_TRUE(decode(bytes + "0\r\n\r\n", whole).done);
}

TEST(Chunked, Refused) {
  std::string dripping;
  for (int i = 0; i < 10'000; ++i) dripping += "1;abc\r\nx\r\n";
  const std::pair<const char*, std::string> cases[] = {
      {"no size", "\r\nhello\r\n"},
      {"not hexadecimal", "g\r\n"},
      {"sign", "+5\r\nhello\r\n"},
      {"minus", "-5\r\nhello\r\n"},
      {"0x", "0x5\r\nhello\r\n"},
      {"blank before the size", " 5\r\nhello\r\n"},
      {"blank behind the size", "5 \r\nhello\r\n"},
      {"underscore", "1_0\r\n"},
      {"17 digits", "10000000000000005\r\nhello\r\n"},
      {"17 zeros", "00000000000000005\r\nhello\r\n"},
      {"bare LF behind the size", "5\nhello\r\n"},
      {"bare CR behind the size", "5\rhello\r\n"},
      {"bare LF in an extension", "5;a\nhello\r\n"},
      {"bare CR in an extension", "5;a\rb\r\nhello\r\n"},
      {"NUL in an extension", std::string("5;\0\r\nhello\r\n", 12)},
      {"bare LF behind the payload", "5\r\nhello\n0\r\n\r\n"},
      {"bare CR behind the payload", "5\r\nhello\rx0\r\n\r\n"},
      {"payload too long", "5\r\nhello!\r\n0\r\n\r\n"},
      {"payload too short", "5\r\nhell\r\n0\r\n\r\n"},
      {"bare LF behind the last chunk", "0\n\r\n"},
      {"bare LF at the end", "0\r\n\n"},
      {"bare LF in a trailer", "0\r\nX: y\n\r\n"},
      {"bare CR in a trailer", "0\r\nX: y\rZ\r\n\r\n"},
      {"extensions above the limit", "1;" + std::string(ChunkedDecoder::max_overhead, 'a') + "\r\nx\r\n"},
      {"extensions above the limit in drops", dripping},
      {"trailers above the limit", "0\r\nX:" + std::string(ChunkedDecoder::max_overhead - 1, 'a')},
      {"folded trailer", "0\r\nX: y\r\n z\r\n\r\n"},
      {"trailer without a colon", "0\r\nX\r\n\r\n"},
      {"trailer without a name", "0\r\n:\r\n\r\n"},
      {"request as a trailer", "0\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"trailer that frames", "0\r\ntransfer-encodinG: chunked\r\n\r\n"},
  };
  for (const auto& [name, bytes] : cases) {
    for (const auto step : steps) {
      const auto decoded = decode(bytes, step);
      EXPECT_NE(decoded.error, "") << name << " at " << step;
      EXPECT_FALSE(decoded.done) << name << " at " << step;
    }
  }
}

/// What is wrong behind the last chunk costs nothing of the payload before it; it is left unused.
TEST(Chunked, LenientTrailersEndTheBody) {
  const std::string trailers[] = {" folded: y\r\n\r\n",
                                  "X\r\n\r\n",
                                  ": y\r\n\r\n",
                                  "X: y\n\r\n",
                                  "\n",
                                  "GET / HTTP/1.1\r\n\r\n",
                                  "Content-Length: 5\r\n\r\n",
                                  "X:" + std::string(ChunkedDecoder::max_overhead, 'a') + "\r\n\r\n"};
  for (const auto& bytes : trailers) {
    for (const auto step : steps) {
      ChunkedDecoder decoder(ChunkedDecoder::Trailers::lenient);
      const auto decoded = decode("5\r\nhello\r\n0\r\n" + bytes, step, decoder);
      EXPECT_EQ(decoded.error, "") << bytes << " at " << step;
      EXPECT_TRUE(decoded.done) << bytes << " at " << step;
      EXPECT_EQ(decoded.payload, "hello") << bytes << " at " << step;
      EXPECT_NE(decoded.rest, "") << bytes << " at " << step;
    }
  }
}

TEST(Chunked, SizeOfTheChunkIsKnownBeforeItCame) {
  ChunkedDecoder decoder;
  std::string data = "1\r\nx\r\nffff;e\r\nab";
  ASSERT_TRUE(decoder.decode(data.data(), data.size()));
  EXPECT_EQ(decoder.remaining(), 0xffffU - 2);
}

TEST(Chunked, UnfinishedIsNotDone) {
  const std::string bytes = "5;a\r\nhello\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode(bytes.substr(0, size), whole);
    EXPECT_EQ(decoded.error, "") << size;
    EXPECT_FALSE(decoded.done) << size;
  }
}

/// A size of 64 bits is taken as it is: what can be read of it is payload.
TEST(Chunked, LargestSize) {
  const auto decoded = decode("ffffffffffffffff\r\nhello", whole);
  EXPECT_EQ(decoded.error, "");
  EXPECT_EQ(decoded.payload, "hello");
}

TEST(Chunked, DecodesInPlace) {
  ChunkedDecoder decoder;
  std::string data = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nrest";
  const auto progress = decoder.decode(data.data(), data.size());
  ASSERT_TRUE(progress);
  EXPECT_EQ(data.substr(0, progress->payload), "hello world");
  EXPECT_EQ(data.substr(progress->consumed), "rest");
}

}  // namespace
}  // namespace ccp::net
