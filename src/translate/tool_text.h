#pragma once

#include <string>
#include <string_view>

namespace ccp::translate {

/// A tool as OpenAI's models see it: not the JSON, but a TypeScript type with the descriptions as comments
/// (https://community.openai.com/t/how-to-calculate-the-tokens-when-using-function-call/266573). For
/// counting.
std::string tool_text(std::string_view name, std::string_view description, std::string_view schema);

}  // namespace ccp::translate
