// Any bytes as a response head. The first byte chooses the method of the request it answers.

#include <algorithm>

#include "net/http1.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static constexpr std::string_view methods[] = {"POST", "GET", "HEAD", "CONNECT"};
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto head = ccp::net::parse_response_head(bytes, methods[data[0] % 4], {.bytes = 4096, .fields = 20});
  if (!head) {
    CCP_REQUIRE(head.error().status == 502 && !head.error().reason.empty());
    return 0;
  }
  CCP_REQUIRE(head->status >= 100 && head->status <= 599);
  CCP_REQUIRE(head->fields.size() <= 20);
  if (std::holds_alternative<ccp::net::BodyUntilClose>(head->framing)) CCP_REQUIRE(!head->keep_alive);
  const auto lengths = head->fields.count("content-length");
  if (std::holds_alternative<ccp::net::ChunkedBody>(head->framing)) {
    CCP_REQUIRE(head->fields.count("transfer-encoding") == 1);
    CCP_REQUIRE(lengths == 0 || !head->keep_alive);
  }
  if (std::holds_alternative<ccp::net::SizedBody>(head->framing)) CCP_REQUIRE(lengths == 1);
  for (const auto& field : head->fields) {
    CCP_REQUIRE(field.value.find_first_of("\r\n") == std::string_view::npos);
  }
  return 0;
}
