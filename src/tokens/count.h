#pragma once

#include <cstdint>
#include <string_view>

/// Counting in OpenAI's o200k_base, the encoding of gpt-4o and later.
namespace ccp::tokens {

/// The number of tokens that `text`, valid UTF-8, encodes to, special tokens taken as text. Takes time in
/// proportion to n log n at worst, for one piece of n bytes.
std::int64_t count(std::string_view text);

/// Makes the tables, some ten milliseconds of work that the first count would do otherwise.
void load();

/// The tokens' ranks in order, appended by `visit`; for tests and tools.
void encode(std::string_view text, void (*visit)(std::uint32_t rank, void* context), void* context);

}  // namespace ccp::tokens
