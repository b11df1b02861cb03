// Any bytes as a request head: what is accepted keeps the promises the server builds on.

#include <algorithm>

#include "net/http1.h"
#include "require.h"

namespace {

using ccp::net::RequestHead;

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

bool clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void check(const RequestHead& head, std::string_view bytes) {
  CCP_REQUIRE(!head.method.empty() && clean(head.method) && inside(head.method, bytes));
  CCP_REQUIRE(!head.target.empty() && clean(head.target) && inside(head.target, bytes));
  CCP_REQUIRE(head.target.find_first_of(" #") == std::string_view::npos);
  CCP_REQUIRE(head.path == "*" || head.path.starts_with('/'));
  CCP_REQUIRE(inside(head.query, bytes));
  CCP_REQUIRE(head.fields.count("host") <= 1);
  CCP_REQUIRE(head.minor_version == 0 || head.fields.count("host") == 1);
  const auto codings = head.fields.count("transfer-encoding");
  const auto lengths = head.fields.count("content-length");
  CCP_REQUIRE(codings + lengths <= 1);
  CCP_REQUIRE(std::holds_alternative<ccp::net::ChunkedBody>(head.framing) == (codings == 1));
  CCP_REQUIRE(std::holds_alternative<ccp::net::SizedBody>(head.framing) == (lengths == 1));
  for (const auto& field : head.fields) {
    CCP_REQUIRE(!field.name.empty() && clean(field.name) && inside(field.name, bytes));
    CCP_REQUIRE(clean(field.value) && inside(field.value, bytes));
    CCP_REQUIRE(field.name.find_first_of(" \t:") == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::size_t checked = 0;
  const auto end = ccp::net::find_head_end(bytes, checked);
  std::size_t dripped_checked = 0;
  std::optional<std::size_t> dripped;
  for (std::size_t have = 0; have <= bytes.size() && !dripped; ++have) {
    dripped = ccp::net::find_head_end(std::string_view(bytes).substr(0, have), dripped_checked);
  }
  CCP_REQUIRE(dripped == end);
  const auto head_bytes = std::string_view(bytes).substr(0, end.value_or(bytes.size()));
  const auto head = ccp::net::parse_request_head(head_bytes, {.bytes = 4096, .fields = 20});
  CCP_REQUIRE(head || !head.error().reason.empty());
  if (!head) return 0;
  CCP_REQUIRE(end.has_value());
  check(*head, head_bytes);
  return 0;
}
