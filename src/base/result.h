#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace ccp {

/// What went wrong, in the terms of the Messages API. `anthropic/error.h` maps each kind to its HTTP status
/// and `error.type`.
enum class ErrorKind : std::uint8_t {
  invalid_request,   ///< the request cannot be understood or is refused as it stands
  context_overflow,  ///< the prompt does not fit; the message carries `prompt is too long: A tokens > B
                     ///< maximum`
  refused_media,     ///< a picture or PDF that cannot be used, in the words on which the client drops it
  cut_answer,        ///< max_tokens ended the answer before there was any: an answer that ended so
  authentication,    ///< the client's own key is missing or wrong
  permission,  ///< refused for good, the message must be seen (also: the provider refuses the proxy's key)
  not_found,   ///< unknown path or model
  method_not_allowed,  ///< known path, wrong method
  request_timeout,     ///< the client did not send its request in time
  length_required,     ///< a body without Content-Length or chunked coding
  too_large,           ///< body above the limit
  head_too_large,      ///< request head above the limit (RFC 6585 section 5)
  rate_limit,          ///< 429
  not_supported,       ///< 501
  api,                 ///< any other failure, ours or the provider's
  unavailable,         ///< 503 from the provider
  loading,             ///< the provider is still loading the model: waited for
  bad_gateway,         ///< the provider's answer cannot be understood, or it cannot be reached
  timeout,             ///< the provider stayed silent longer than allowed
  overloaded,          ///< 529
  cancelled,           ///< the client went away; nobody is left to answer
};

/// Whose fault it is: decides the log level and the wording.
enum class ErrorSource : std::uint8_t { client, upstream, internal };

/// Whether sending the same request again can help.
enum class Retry : std::uint8_t {
  no,
  yes,
  never,                ///< nor by the client: only a person can mend it
  on_fresh_connection,  ///< a reused connection died before the first byte: once, and it does not count
};

/// A provider that asks to wait longer is not listened to.
inline constexpr std::chrono::seconds longest_wait{86'400};

/// `error.details` of the Messages API, for programs; empty for most errors.
struct ErrorDetails {
  std::string error_code;
  std::string unsupported;  ///< the one feature that `details.unsupported` names; empty: none
};

/// A failure as a value. `message` is what the client may read: no secret, no account id. `cause` is for the
/// operator's log.
struct Error {
  ErrorKind kind = ErrorKind::api;
  ErrorSource source = ErrorSource::internal;
  Retry retry = Retry::no;
  std::string message;
  std::string cause;
  /// Seconds the provider asked to wait, passed on to the client. At most `longest_wait`.
  std::optional<std::chrono::seconds> retry_after;
  ErrorDetails details = {};
};

template <class T>
using Result = std::expected<T, Error>;

/// The client sent something that cannot be served: `message` names the place and the cure.
inline std::unexpected<Error> client_error(ErrorKind kind, std::string message) {
  return std::unexpected(Error{.kind = kind, .source = ErrorSource::client, .message = std::move(message)});
}

/// The provider failed: `message` goes to the client, `cause` to the log.
inline std::unexpected<Error> upstream_error(ErrorKind kind, std::string message, Retry retry = Retry::no,
                                             std::string cause = {}) {
  return std::unexpected(Error{.kind = kind,
                               .source = ErrorSource::upstream,
                               .retry = retry,
                               .message = std::move(message),
                               .cause = std::move(cause)});
}

/// Our own failure.
inline std::unexpected<Error> internal_error(std::string message, std::string cause = {}) {
  return std::unexpected(Error{.kind = ErrorKind::api,
                               .source = ErrorSource::internal,
                               .message = std::move(message),
                               .cause = std::move(cause)});
}

}  // namespace ccp
