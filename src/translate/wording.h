#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "translate/errors.h"

namespace ccp::translate {

/// True when one of `phrases` occurs in `text`.
bool contains_any(std::string_view text, std::initializer_list<std::string_view> phrases);

}  // namespace ccp::translate
