#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ccp::doctor {

/// The names in `list` that look most like `name`, best first, at most three: the same but for case, one
/// within the other, or few letters apart.
std::vector<std::string> near_matches(std::string_view name, const std::vector<std::string>& list);

}  // namespace ccp::doctor
