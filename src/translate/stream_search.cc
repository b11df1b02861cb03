#include "translate/stream_search.h"

#include <algorithm>

#include "base/utf8.h"

namespace ccp::translate {

void StreamSearch::take(const std::vector<openai::UrlCitation>& citations) {
  for (const auto& [url, title] : citations) {
    const bool known = std::ranges::find(results_, url, &anthropic::WebSearchResult::url) != results_.end();
    if (known || url.size() > longest_url || results_.size() == most_results) continue;
    results_.push_back(
        {std::string(url), std::string(title.empty() ? url : beginning(title, longest_title))});
  }
}

}  // namespace ccp::translate
