#pragma once

#include <vector>

#include "anthropic/events.h"
#include "openai/annotations.h"

namespace ccp::translate {

/// The pages that a provider says an answer is based on, each once, in the order they come.
class StreamSearch {
 public:
  static constexpr std::size_t most_results = 64;
  /// A longer URL is no page's.
  static constexpr std::size_t longest_url = 4096;
  static constexpr std::size_t longest_title = 512;  ///< bytes

  void take(const std::vector<openai::UrlCitation>& citations);
  [[nodiscard]] const std::vector<anthropic::WebSearchResult>& results() const { return results_; }

 private:
  std::vector<anthropic::WebSearchResult> results_;
};

}  // namespace ccp::translate
