#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Base64 as clients really send it (RFC 4648).
namespace ccp::translate::base64 {

/// `data` without white space around it and without a `data:…,` prefix, if it has one.
std::string_view payload(std::string_view data);

/// Appends `payload` in canonical form: standard alphabet, no white space, right padding, unused bits zero.
/// Lossless: it decodes to the same bytes. False (and `out` is unspecified) when it holds nothing, or
/// something that is no base64.
bool append_canonical(std::string_view payload, std::string& out);

/// `bytes` in the standard alphabet, padded.
std::string encoded(std::string_view bytes);

/// Decodes from the start until `out` is full, the data ends, or a character is none of base64. Returns the
/// bytes written.
std::size_t decode_prefix(std::string_view payload, std::span<std::uint8_t> out);

}  // namespace ccp::translate::base64
