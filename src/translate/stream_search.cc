#include "translate/stream_search.h"

#include <algorithm>

namespace ccp::translate {

namespace {

/// At most `size` bytes, no character cut.
std::string_view beginning(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

void StreamSearch::take(const std::vector<openai::UrlCitation>& citations) {
  for (const auto& [url, title] : citations) {
    const bool known = std::ranges::find(results_, url, &anthropic::WebSearchResult::url) != results_.end();
    if (known || url.size() > longest_url || results_.size() == most_results) continue;
    results_.push_back(
        {std::string(url), std::string(title.empty() ? url : beginning(title, longest_title))});
  }
}

}  // namespace ccp::translate
