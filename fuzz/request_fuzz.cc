// Any bytes as the body of a request: refused with a message, or translated to valid JSON. Twice the same.

#include <string>

#include "anthropic/messages.h"
#include "json/reader.h"
#include "openai/chat.h"
#include "require.h"
#include "translate/request.h"
#include "translate/tokens.h"

namespace {

using namespace ccp;

/// The provider's JSON, or nothing when the body is refused.
std::string translated(std::string body) {
  json::Reader reader;
  const auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  if (!parsed) {
    CCP_REQUIRE(!parsed.error().message.empty() && parsed.error().kind == ErrorKind::invalid_request);
    return {};
  }
  CCP_REQUIRE(translate::estimate_tokens(*parsed) > 0);
  const auto result = translate::request(*parsed, "model", {}, {});
  if (!result) {
    CCP_REQUIRE(!result.error().message.empty());
    return {};
  }
  std::string out;
  openai::write(result->chat, out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto out = translated(body);
  CCP_REQUIRE(out.empty() || json::is_object(out));
  CCP_REQUIRE(out == translated(body));
  return 0;
}
