#pragma once

#include <string>
#include <string_view>

namespace ccp::endpoints {

/// What a client is told of `path`, at which nothing is served: for the resources of Anthropic's API that
/// need Anthropic's own service (docs/sdk.md) their name and what to do instead, for all else that there is
/// nothing.
std::string unserved(std::string_view method, std::string_view path);

}  // namespace ccp::endpoints
