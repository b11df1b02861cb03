#include "translate/pdf_pages.h"

#include <algorithm>
#include <string>

#include "translate/base64.h"

namespace ccp::translate {

namespace {

constexpr std::size_t longest = std::size_t{8} << 20;

/// Whether a page object's type stands at the start of `text`: `/Type /Page`, but not `/Type /Pages`.
bool begins_page(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \r\n\t")));
  constexpr std::string_view name = "/Page";
  if (!text.starts_with(name) || text.size() == name.size()) return false;
  const char next = text[name.size()];
  return next == ' ' || next == '\r' || next == '\n' || next == '\t' || next == '/' || next == '>';
}

}  // namespace

std::optional<std::int64_t> pdf_pages(std::string_view base64_data) {
  const auto payload = base64::payload(base64_data);
  std::string bytes(std::min(longest, payload.size()), '\0');
  bytes.resize(
      base64::decode_prefix(payload, std::span(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size())));
  constexpr std::string_view key = "/Type";
  std::int64_t pages = 0;
  std::string_view rest = bytes;
  for (auto at = rest.find(key); at != std::string_view::npos; at = rest.find(key)) {
    rest.remove_prefix(at + key.size());
    if (begins_page(rest)) ++pages;
  }
  return pages > 0 ? std::optional(pages) : std::nullopt;
}

}  // namespace ccp::translate
