#pragma once

#include <string_view>
#include <vector>

#include "json/reader.h"

namespace ccp::openai {

/// A page that an answer is based on.
struct UrlCitation {
  std::string_view url;
  std::string_view title;  ///< may be empty
};

/// Reads `annotations` (`{"type":"url_citation","url_citation":{"url","title",…}}`, OpenAI's and OpenRouter's
/// form). What has another shape is no page and is skipped.
Result<void> read_annotations(json::Value value, std::vector<UrlCitation>& out);

}  // namespace ccp::openai
