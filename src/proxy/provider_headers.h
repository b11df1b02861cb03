#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "http/server.h"
#include "net/http1.h"

/// What the head of a provider's answer says to the client. Pure.
namespace ccp::proxy {

/// How long the provider asks to wait: `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3), or
/// `retry-after-ms` as OpenAI and Azure send it, rounded up. Nothing when it does not say, or asks for more
/// than a day.
std::optional<std::chrono::seconds> retry_after(const net::Fields& fields,
                                                std::chrono::system_clock::time_point now);

/// The fields about rate limits, to be passed on: `x-ratelimit-…`, `ratelimit…`, `anthropic-ratelimit-…`. At
/// most 24, each value at most 128 visible characters; one that names an account is left out.
std::vector<http::Header> rate_limit_headers(const net::Fields& fields);

}  // namespace ccp::proxy
