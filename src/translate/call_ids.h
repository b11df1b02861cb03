#pragma once

#include <string>
#include <string_view>

namespace ccp::translate {

/// The most bytes of a tool call's id that a client gets.
inline constexpr std::size_t longest_client_id = 256;

/// A provider's id of a tool call (`functions.Bash:0`) as one that Anthropic's API takes:
/// `^[a-zA-Z0-9_-]+$`, at most `longest_client_id` bytes. One that is so already stays; another is written
/// reversibly behind a prefix of ours, or hashed where it would become too long.
std::string client_call_id(std::string_view upstream_id);

/// The provider's id again, of one that `client_call_id` wrote; every other id as it is. Needs nothing that
/// was remembered.
std::string provider_call_id(std::string_view client_id);

}  // namespace ccp::translate
