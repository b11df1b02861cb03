#pragma once

#include <cstddef>
#include <string_view>

namespace ccp::tokens {

/// The length in bytes of the piece at the start of `text`, which is not empty. o200k_base splits text into
/// pieces by a regular expression before it looks for tokens; no token crosses from one piece into the next.
/// The expression stands in OpenAI's tiktoken, `tiktoken_ext/openai_public.py`.
std::size_t next_piece(std::string_view text);

}  // namespace ccp::tokens
