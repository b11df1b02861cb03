#include "upstream/body_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace ccp::upstream {
namespace {

struct Case {
  const char* name;
  net::Framing framing;
  std::string bytes;
  std::string payload;
  std::size_t surplus;
  bool done;
  bool done_after_close;
};

const Case cases[] = {
    {"none", net::NoBody{}, "", "", 0, true, true},
    {"none, surplus", net::NoBody{}, "abc", "", 3, true, true},
    {"zero", net::SizedBody{0}, "", "", 0, true, true},
    {"sized", net::SizedBody{3}, "abc", "abc", 0, true, true},
    {"sized, cut", net::SizedBody{4}, "abc", "abc", 0, false, false},
    {"sized, surplus", net::SizedBody{2}, "abc", "ab", 1, true, true},
    {"chunked", net::ChunkedBody{}, "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc", 0, true, true},
    {"chunked, cut", net::ChunkedBody{}, "2\r\nab\r\n", "ab", 0, false, false},
    {"chunked, surplus", net::ChunkedBody{}, "1\r\na\r\n0\r\n\r\nxyz", "a", 3, true, true},
    {"chunked, no end of the trailers", net::ChunkedBody{}, "1\r\na\r\n0\r\n", "a", 0, false, true},
    {"chunked, cut trailer", net::ChunkedBody{}, "1\r\na\r\n0\r\nX: y", "a", 0, false, true},
    {"chunked, cut size", net::ChunkedBody{}, "1\r\na\r\n0", "a", 0, false, false},
    {"chunked, odd trailer", net::ChunkedBody{}, "1\r\na\r\n0\r\nX\r\n\r\n", "a", 4, true, true},
    {"chunked, folded trailer", net::ChunkedBody{}, "1\r\na\r\n0\r\nX: y\r\n z\r\n\r\n", "a", 6, true, true},
    {"until close", net::BodyUntilClose{}, "abc", "abc", 0, false, true},
};

TEST(BodyDecoder, DecodesEveryFramingInEverySplit) {
  for (const Case& each : cases) {
    for (std::size_t step = 1; step <= each.bytes.size() + 1; ++step) {
      SCOPED_TRACE(std::string(each.name) + " in pieces of " + std::to_string(step));
      BodyDecoder decoder(each.framing);
      std::string payload;
      std::size_t surplus = 0;
      for (std::size_t at = 0; at < each.bytes.size(); at += step) {
        std::string piece = each.bytes.substr(at, step);
        const auto progress = decoder.decode(piece);
        ASSERT_TRUE(progress) << progress.error();
        payload += progress->payload;
        surplus += progress->surplus;
      }
      EXPECT_EQ(payload, each.payload);
      EXPECT_EQ(surplus, each.surplus);
      EXPECT_EQ(decoder.done(), each.done);
      EXPECT_EQ(decoder.close(), each.done_after_close);
    }
  }
}

TEST(BodyDecoder, PassesOnWhatIsWrongWithChunks) {
  BodyDecoder decoder(net::ChunkedBody{});
  std::string bytes = "zz\r\n";
  EXPECT_FALSE(decoder.decode(bytes));
}

}  // namespace
}  // namespace ccp::upstream
