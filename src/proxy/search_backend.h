#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "config/config.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// Who searches the web for providers that do not (SEARCH_URL).
struct SearchBackend {
  enum class Kind : std::uint8_t {
    searxng,  ///< https://docs.searxng.org/dev/search_api.html, with `json` among its formats
    brave,    ///< https://api-dashboard.search.brave.com/app/documentation/web-search
    tavily,   ///< https://docs.tavily.com/documentation/api-reference/endpoint/search
  };
  Kind kind = Kind::searxng;
  upstream::Origin origin;
};

/// The one that is configured, told by its host. The error says what is wrong with SEARCH_URL.
Result<std::optional<SearchBackend>> search_backend(const config::Config& config);

}  // namespace ccp::proxy
