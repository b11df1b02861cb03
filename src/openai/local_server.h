#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/reader.h"

/// What servers that run models on one's own machine tell of them, beside OpenAI's interface.
namespace ccp::openai {

/// The window that Ollama gives `model` now, from `GET /api/ps`
/// (https://docs.ollama.com/api/ps): `{"models": [{"name", "context_length"}]}`. A name without a tag means
/// `:latest`. 0: the model is not loaded, or an older server does not say.
Result<std::int64_t> parse_running_window(json::Reader& reader, std::string& text, std::string_view model);

/// What Ollama knows of a model, from `POST /api/show` (https://docs.ollama.com/api/show).
struct ShownModel {
  std::int64_t num_ctx = 0;  ///< the window that its Modelfile sets; 0: none, the server's default counts
  std::int64_t trained = 0;  ///< the longest that it was trained for; 0: not told
};
Result<ShownModel> parse_shown_model(json::Reader& reader, std::string& text);

/// The window of one conversation at llama.cpp's server, from `GET /props`
/// (https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md):
/// `default_generation_settings.n_ctx`. 0: not told.
Result<std::int64_t> parse_props_window(json::Reader& reader, std::string& text);

}  // namespace ccp::openai
