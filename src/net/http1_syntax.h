#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "net/http1.h"

/// What request and response heads have in common. For the parsers of this folder only.
namespace ccp::net::syntax {

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text);
/// HTAB, SP, VCHAR and obs-text only (RFC 9110 section 5.5).
bool is_text(std::string_view text);
/// One or more decimal digits, nothing else.
bool is_digits(std::string_view text);
/// Case-insensitive comparison of ASCII.
bool same(std::string_view a, std::string_view b);
/// Without SP and HTAB at both ends.
std::string_view trim(std::string_view text);

/// Calls `element` for each non-empty element of a comma-separated list (RFC 9110 section 5.6.1).
template <class Callback>
void each_element(std::string_view list, Callback element) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto part = trim(list.substr(0, comma)); !part.empty()) element(part);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
}

/// Takes the next line off `rest`, without its CRLF. nullopt when it holds a bare CR or has no end. A bare LF
/// stays in the line: no part of a head may hold one, so whoever checks the line's content refuses it.
std::optional<std::string_view> next_line(std::string_view& rest);

/// The fields that decide how a message is framed, noticed while the fields are read.
struct Framing {
  std::uint32_t hosts = 0;
  std::uint32_t lengths = 0;
  std::uint32_t codings = 0;
  std::string_view host;
  std::string_view length;
  std::string_view coding;
  bool close = false;
  bool keep_alive = false;
  bool expects_continue = false;
  bool expects_other = false;

  void notice(const Field& field);
};

/// Reads the field lines up to and with the empty line. `rest` begins behind the start line.
std::expected<Framing, HeadError> read_fields(std::string_view rest, const HeadLimits& limits,
                                              Fields& fields);

/// A Content-Length: one plain number that fits (RFC 9110 section 8.6).
std::optional<std::uint64_t> parse_length(std::string_view value);

inline std::unexpected<HeadError> refuse(int status, std::string reason) {
  return std::unexpected(HeadError{.status = status, .reason = std::move(reason)});
}

}  // namespace ccp::net::syntax
