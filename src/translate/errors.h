#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "openai/chunk.h"

/// A provider's refusal → the client's error. Pure.
namespace ccp::translate {

/// What is known of a refused request.
struct Refusal {
  int status = 0;  ///< HTTP status of the answer; 0 for an error object inside a 200 stream
  openai::ErrorBody body;
  std::string_view host;  ///< the provider's host, for messages
  std::optional<std::chrono::seconds> retry_after;
  std::int64_t prompt_tokens = 0;  ///< our own count of the prompt; 0: none
};

/// Maps by status, then code, then wording (PROVIDERS "Errors"). The provider's words are passed on with keys
/// and account ids masked in `message`, in full in `cause`.
Error upstream_refusal(const Refusal& refusal);

/// `text` with API keys, `org-…`, `proj_…` and account ids replaced by `***`.
std::string mask_identifiers(std::string_view text);

}  // namespace ccp::translate
