#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "golden_case.h"

/// Runs a case through the translation, as the proxy does it for one request.
namespace ccp::golden {

/// What the client gets instead of an answer.
struct RefusedAnswer {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;  ///< minified
};

/// The bytes of a stream.
struct StreamAnswer {
  std::string bytes;
};

/// A non-streaming message.
struct MessageAnswer {
  std::string body;  ///< minified
};

using ClientAnswer = std::variant<RefusedAnswer, StreamAnswer, MessageAnswer>;

/// The request we send to the provider (minified), or why there is none.
std::variant<RefusedAnswer, std::string> replay_request(const Case& golden);

/// The request with which we answer a refusal that names a parameter (minified), or nothing.
std::optional<std::string> replay_retry(const Case& golden);

/// What the client gets for the provider's answer; an upstream.sse is handed over in pieces of `cut` bytes, 0
/// means whole.
ClientAnswer replay_answer(const Case& golden, std::size_t cut);

}  // namespace ccp::golden
