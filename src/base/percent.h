#pragma once

#include <string>
#include <string_view>

/// Percent-encoding (RFC 3986 section 2.1).
namespace ccp {

/// Everything but unreserved characters as `%XX`: fit for one path segment or query value.
std::string percent_encoded(std::string_view text);

/// `%XX` undone; what is no such escape stays.
std::string percent_decoded(std::string_view text);

}  // namespace ccp
