#include "upstream/content_decoder.h"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace ccp::upstream {
namespace {

const std::string content = R"({"choices":[{"message":{"content":"Hello, hello, hello."}}]})";

std::string deflated(const std::string& text, int window_bits, int flush = Z_FINISH) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string bytes(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  deflate(&stream, flush);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

std::string gzip(const std::string& text) { return deflated(text, MAX_WBITS + 16); }

std::string brotli(const std::string& text) {
  std::string bytes(BrotliEncoderMaxCompressedSize(text.size()) + 64, '\0');
  std::size_t size = bytes.size();
  BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.size(),
                        reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                        reinterpret_cast<std::uint8_t*>(bytes.data()));
  bytes.resize(size);
  return bytes;
}

ContentDecoder decoder_for(std::string_view coding) {
  net::Fields head;
  if (!coding.empty()) head.add({.name = "Content-Encoding", .value = coding});
  return ContentDecoder(head);
}

/// What comes out of `bytes` given in pieces of `step`; an error as `error: ` and its words.
std::string decoded(std::string_view coding, const std::string& bytes, std::size_t step) {
  ContentDecoder decoder = decoder_for(coding);
  std::string all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string part = bytes.substr(at, step);
    for (auto piece = decoder.decode(part);; piece = decoder.more()) {
      if (!piece) return "error: " + piece.error();
      if (piece->empty()) break;
      all += *piece;
    }
  }
  const auto last = decoder.end();
  return last ? all + std::string(*last) : "error: " + last.error();
}

struct Case {
  const char* name;
  const char* coding;
  std::string bytes;
  std::string result;
};

const Case cases[] = {
    {"gzip", "gzip", gzip(content), content},
    {"in any case, beside identity", "identity, GZip", gzip(content), content},
    {"x-gzip", "x-gzip", gzip(content), content},
    {"gzip in two members", "gzip", gzip("a") + gzip("b"), "ab"},
    {"bytes behind gzip", "gzip", gzip("a") + std::string(3, '\0'), "a"},
    {"gzip that no field names", "", gzip(content), content},
    {"gzip that is called deflate", "deflate", gzip(content), content},
    {"zlib", "deflate", deflated(content, MAX_WBITS), content},
    {"raw deflate", "deflate", deflated(content, -MAX_WBITS), content},
    {"raw deflate of events", "deflate", deflated("data: {}\n\n", -MAX_WBITS), "data: {}\n\n"},
    {"br", "br", brotli(content), content},
    {"plain", "", content, content},
    {"plain, 1f in front", "", "\x1f", "\x1f"},
    {"plain that is called gzip", "gzip", content, content},
    {"plain that is called deflate", "deflate", content, content},
    {"plain events that are called br", "br", "data: {}\n\n", "data: {}\n\n"},
    {"a charset as coding", "utf-8", "Bad gateway", "Bad gateway"},
    {"empty", "gzip", "", ""},
    {"empty content", "br", brotli(""), ""},
    {"cut gzip", "gzip", gzip(content).substr(0, 40), "error: its compressed content is cut"},
    {"cut br", "br", brotli(content).substr(0, 20), "error: its compressed content is cut"},
    {"spoiled", "gzip", "\x1f\x8b" + std::string(20, '\xff'), "error: it is not valid gzip"},
    {"unknown", "zstd", "\x28\xb5\x2f\xfd\x04",
     "error: nobody asked for its Content-Encoding zstd, which is not known here (gzip, deflate and br are): "
     "switch compression "
     "off at the provider or gateway"},
};

TEST(ContentDecoder, UndoesEveryCodingInEverySplit) {
  for (const Case& each : cases) {
    for (std::size_t step = 1; step <= each.bytes.size() + 1; ++step) {
      SCOPED_TRACE(std::string(each.name) + " in pieces of " + std::to_string(step));
      EXPECT_EQ(decoded(each.coding, each.bytes, step), each.result);
    }
  }
}

TEST(ContentDecoder, GivesWhatWasFlushedAtOnce) {
  ContentDecoder decoder = decoder_for("gzip");
  const std::string bytes = deflated("data: {}\n\n", MAX_WBITS + 16, Z_SYNC_FLUSH);
  EXPECT_EQ(decoder.decode(bytes), "data: {}\n\n");
}

TEST(ContentDecoder, LargeContentComesWhole) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i * 7919) + ' ';
  for (const std::size_t step : {1000U, 10'000'000U}) {
    EXPECT_TRUE(decoded("gzip", gzip(text), step) == text);
    EXPECT_TRUE(decoded("br", brotli(text), step) == text);
  }
}

TEST(ContentDecoder, BombsAreErrors) {
  const std::string zeros(std::size_t{64} << 20, ' ');
  EXPECT_TRUE(decoded("gzip", gzip(zeros), 1000).starts_with("error: ")) << "gzip";
  EXPECT_TRUE(decoded("br", brotli(zeros), 10).starts_with("error: ")) << "br";
}

}  // namespace
}  // namespace ccp::upstream
