#pragma once

#include <string_view>

namespace ccp::translate {

/// Whether words in lower case are of a prompt that does not fit, in any of the languages that providers
/// speak.
bool says_overflow(std::string_view words);

/// Whether a code in lower case says so by itself.
bool is_overflow_code(std::string_view code);

/// Whether something complains of a `max_tokens` below zero: what was left of the window beside the prompt.
bool has_negative_max_tokens(std::string_view words);

}  // namespace ccp::translate
