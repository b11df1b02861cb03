// Any bytes as an event stream: the events do not depend on how the bytes were cut. The first byte is the
// piece's size.

#include <string>
#include <utility>
#include <vector>

#include "require.h"
#include "sse/parser.h"

namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events parse(std::string_view bytes, std::size_t step) {
  ccp::sse::Parser parser;
  Events events;
  const auto collect = [&](ccp::sse::Event event) -> ccp::Result<void> {
    CCP_REQUIRE(event.name.find_first_of("\r\n") == std::string_view::npos);
    CCP_REQUIRE(event.data.find('\r') == std::string_view::npos);
    events.emplace_back(event.name, event.data);
    return {};
  };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    CCP_REQUIRE(parser.feed(bytes.substr(at, step), collect));
  }
  CCP_REQUIRE(parser.finish(collect));
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  CCP_REQUIRE(parse(bytes, bytes.size() + 1) == parse(bytes, std::size_t{1} + data[0] % 32));
  return 0;
}
