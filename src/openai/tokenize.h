#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/reader.h"

/// The counting endpoints of servers that run the model themselves.
namespace ccp::openai {

/// The number of tokens in the answer of `POST /tokenize`: `count` where it is told (vLLM, SGLang), else the
/// length of `tokens` (llama.cpp, tools/server/README.md). The error says what is wrong with the text.
Result<std::int64_t> parse_token_count(json::Reader& reader, std::string& text);

/// llama.cpp's `POST /apply-template`: the prompt that its chat template makes of a conversation.
Result<std::string> parse_prompt(json::Reader& reader, std::string& text);

/// Appends llama.cpp's request for the tokens of a prompt, read as the server reads its own: with the
/// beginning-of-text token, special tokens not taken for text.
void write_tokenize(std::string_view model, std::string_view prompt, std::string& out);

}  // namespace ccp::openai
