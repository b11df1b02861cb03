#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

/// The one error table: each ErrorKind with its HTTP status and Anthropic `error.type`. No other place knows
/// HTTP statuses of errors.
namespace ccp::anthropic {

/// The HTTP status for an error, before anything else was sent to the client.
int http_status(ErrorKind kind);

/// The same for the client that calls itself `user_agent`. Claude Code sends a turn six times that was
/// refused with 400 or 422, and shows its own words in place of a 404's; a 424 it shows once, as it is
/// (measured with 2.1.332). So it gets that for what the provider refused for good, and no other client does.
int http_status(const Error& error, std::string_view user_agent);

/// The kind for a status that the HTTP server decided on; a status without a row of its own (414, 417, 505)
/// is the client's mistake: `invalid_request`.
ErrorKind kind_of(int status);

/// The `error.type` of the envelope.
std::string_view error_type(ErrorKind kind);

/// True when a retry by the client is useless: answered with `x-should-retry: false`, which Claude Code
/// obeys.
bool never_retry(const Error& error);

/// `{"type":"error","error":{"type":…,"message":…},"request_id":…}`. `request_id` may be empty and is then
/// left out.
std::string error_json(const Error& error, std::string_view request_id = {});

}  // namespace ccp::anthropic
