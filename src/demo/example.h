#pragma once

#include <string>
#include <string_view>

namespace ccp::demo {

/// A small JSON value that a JSON schema accepts, as a model under a grammar would write it: every property,
/// the first value of an enum, the least that lengths and bounds allow. `{}` for what is no schema.
std::string example(std::string_view schema);

}  // namespace ccp::demo
