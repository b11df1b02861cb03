// Any bytes as a chunked body: decoding them in pieces gives what decoding them at once gives. The first byte
// is the piece's size.

#include <algorithm>
#include <string>

#include "net/http1.h"
#include "require.h"

namespace {

struct Decoded {
  std::string payload;
  std::size_t consumed = 0;
  bool done = false;
  std::string error;
};

Decoded decode(const std::string& bytes, std::size_t step) {
  ccp::net::ChunkedDecoder decoder;
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size() && !decoded.done; at += step) {
    std::string piece = bytes.substr(at, step);
    const auto progress = decoder.decode(piece.data(), piece.size());
    if (!progress) {
      decoded.error = progress.error();
      CCP_REQUIRE(!decoded.error.empty());
      break;
    }
    CCP_REQUIRE(progress->payload <= progress->consumed && progress->consumed <= piece.size());
    CCP_REQUIRE(progress->done || progress->consumed == piece.size());
    decoded.payload.append(piece, 0, progress->payload);
    decoded.consumed += progress->consumed;
    decoded.done = progress->done;
  }
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = decode(bytes, bytes.size() + 1);
  const auto pieces = decode(bytes, std::size_t{1} + data[0] % 32);
  CCP_REQUIRE(whole.error == pieces.error);
  CCP_REQUIRE(whole.done == pieces.done);
  if (!whole.error.empty()) return 0;  // how much was decoded before the error depends on the split
  CCP_REQUIRE(whole.payload == pieces.payload);
  CCP_REQUIRE(whole.consumed == pieces.consumed);
  return 0;
}
