#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "translate/errors.h"

namespace ccp::translate {

/// ASCII letters in lower case, every other byte as it is.
std::string lower_case(std::string_view text);

/// True when one of `phrases` occurs in `text`.
bool contains_any(std::string_view text, std::initializer_list<std::string_view> phrases);

}  // namespace ccp::translate
