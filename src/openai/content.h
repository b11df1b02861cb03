#pragma once

#include <string_view>

#include "openai/joined.h"
#include "openai/read.h"

/// Text wherever and in whatever shape it stands. The table of shapes is docs/answers.md.
namespace ccp::openai {

/// Where the texts of a content go.
struct Texts {
  Joined& text;
  Joined& thinking;
  std::string_view& refusal;
};

/// Levels of parts within parts that are looked into; what is deeper is skipped.
inline constexpr int max_part_levels = 8;

/// Reads a `content`: a text, a number or a boolean as it is written, a part, or a list of these.
Result<void> read_content(json::Value value, Texts texts, int levels = max_part_levels);

/// Reads reasoning, in the same shapes: all text in it is thinking.
Result<void> read_thoughts(json::Value value, Joined& thinking);

}  // namespace ccp::openai
