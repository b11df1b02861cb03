#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/reader.h"

namespace ccp::openai {

/// One model of a provider's list (https://platform.openai.com/docs/api-reference/models/list).
struct Model {
  std::string id;
  std::int64_t created = 0;  ///< Unix time in seconds; 0: not told
  /// Tokens of prompt and answer together; 0: not told. The list has no standard field for it:
  /// `context_length` (OpenRouter, Together), `context_window` (Groq), `max_model_len` (vLLM),
  /// `max_context_length` (Mistral), `meta.n_ctx` (llama.cpp).
  std::int64_t context_window = 0;
  std::string owned_by = {};  ///< local servers name themselves: `vllm`, `sglang`, `llamacpp`
};

/// Parses `{"data": [{"id": …}, …]}`, or the bare array that some servers send. Entries without an id are
/// left out; at most `max_models` are kept. The error says what is wrong with the text.
Result<std::vector<Model>> parse_models(json::Reader& reader, std::string& text);

inline constexpr std::size_t max_models = 4096;

}  // namespace ccp::openai
