#pragma once

#include <string>
#include <string_view>

namespace ccp::translate {

/// A name for the client's session that tells nothing about it: 64 hexadecimal digits, the longest that
/// OpenAI's `user` and `prompt_cache_key` take. `user_id` is `metadata.user_id`; Claude Code's is a JSON
/// object, in older versions `user_…_account_…_session_…`, of which only the session counts. Empty for an
/// empty one.
std::string session_key(std::string_view user_id);

}  // namespace ccp::translate
