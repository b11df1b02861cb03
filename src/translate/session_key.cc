#include "translate/session_key.h"

#include "base/crypto.h"

namespace ccp::translate {

namespace {

/// What stands between `before` and the next quotation mark, or nothing.
std::string_view behind(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find('"'));
}

}  // namespace

std::string session_key(std::string_view user_id) {
  if (user_id.empty()) return {};
  for (const std::string_view before : {R"("session_id":")", "_session_"}) {
    if (const auto session = behind(user_id, before); !session.empty()) return sha256_hex(session);
  }
  return sha256_hex(user_id);
}

}  // namespace ccp::translate
