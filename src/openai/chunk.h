#pragma once

#include <chrono>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/reader.h"
#include "openai/annotations.h"
#include "openai/usage.h"

/// The answer side of Chat Completions: stream chunks and whole completions, as providers really send them.
/// Views live until the Reader parses again.
namespace ccp::openai {

struct ToolCallDelta {
  std::optional<std::int64_t> index;
  std::string_view id;         ///< empty when absent or null
  std::string_view name;       ///< empty when absent or null
  std::string_view arguments;  ///< unescaped; an object sent instead of a string is given as its JSON
  std::string_view extra_content_json;  ///< Gemini's thought signature; empty when absent
};

/// A provider's own error object, found where a chunk or an answer should be.
struct ErrorBody {
  std::string message;
  std::string type;
  std::string code;
  std::string param;  ///< the parameter that OpenAI names as the reason
  /// How long to wait, where the body says it: `retryDelay` of Gemini's `google.rpc.RetryInfo`, rounded up.
  std::optional<std::chrono::seconds> retry_delay;
  /// When an allowance is there again, in seconds since 1970, where the body says it: OpenRouter's headers.
  std::optional<std::int64_t> until;
};

/// One chunk of a stream, or a whole completion read as if it were one chunk. Several choices are one
/// message: we never ask for more than one answer.
struct Chunk {
  bool has_choice = false;
  std::string_view content;                 ///< text parts of a list are joined
  std::string_view reasoning;               ///< from the first place that has some
  std::string_view reasoning_details_json;  ///< OpenRouter's list; empty when absent
  std::string_view thinking_blocks_json;    ///< LiteLLM's and Envoy's list; empty when absent
  std::string_view extra_content_json;      ///< Gemini's signature of a text; empty when absent
  std::string_view refusal;
  std::vector<ToolCallDelta> tool_calls;
  std::vector<UrlCitation> citations;
  std::string_view finish_reason;  ///< empty while null or absent
  std::string_view stop_reason;    ///< vLLM: the matched stop string; empty otherwise
  std::optional<Usage> usage;
  std::optional<ErrorBody> error;
  /// Fields beside the content that had no value that can be read, from a fixed set of names.
  Unreadable unreadable;
  /// Whether it carries a part of the answer, and not only usage, a finish_reason, white space, or nothing.
  [[nodiscard]] bool has_content() const;
  /// Storage for values that had to be joined; views above may point here, so it must not move its strings.
  std::forward_list<std::string> owned;
};

/// What a JSON text is: a chunk says its part in `delta`, a completion in `message`. Where there is only the
/// other, that counts. Perplexity sends both, in streams with the whole text so far in `message`.
enum class Body : std::uint8_t { chunk, completion };

/// Reads a chunk (`chat.completion.chunk`) or a completion (`chat.completion`), also in an envelope. No type
/// of a value is an error: docs/answers.md tells what is made of it. Unknown fields are skipped, validated.
/// Text that is no JSON is the provider's own words and given as `error`, unless it only keeps the connection
/// alive. JSON that is cut or malformed is `bad_gateway` from the upstream with the reason in `cause`. A JSON
/// error in place of a chunk is no failure: it is given as `error`.
Result<Chunk> parse_chunk(json::Reader& reader, std::string& text, Body body = Body::chunk);

/// Whether an event's name says that it only keeps the connection alive, whatever its data.
bool keeps_alive(std::string_view event_name);
/// Whether an event's data is the end of the stream: `[DONE]`, in any case and with or without quotes.
bool is_done(std::string_view data);

inline constexpr std::size_t max_error_message = 2048;

/// Reads the body of an error answer in any of the five shapes (`{"error":{…}}`, `{"error":"…"}`,
/// `{"message"}`, `{"detail"}`, bare text or HTML). Never fails: what cannot be understood is given as a
/// shortened message. The message is at most `max_error_message` bytes of valid UTF-8; numbers and upstream
/// words that stand beside it (llama.cpp's `n_ctx`, OpenRouter's `metadata.raw`) are appended to it.
ErrorBody parse_error(json::Reader& reader, std::string body);

}  // namespace ccp::openai
