#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"

/// The bytes of answers. Pure, but for the clock that is handed in.
namespace ccp::http {

/// The value of the Date field (RFC 9110 section 5.6.7), made anew once a second.
class Date {
 public:
  std::string_view at(std::time_t now);

 private:
  std::time_t second_ = -1;
  std::string text_;
};

struct AnswerHead {
  int status;
  std::string_view content_type;  ///< empty: no field
  const std::vector<Header>& headers;
  net::Framing framing;         ///< NoBody: no field says so (204, 304)
  std::string_view connection;  ///< empty: no field
};

/// Appends status line and fields with the empty line.
void append_head(std::string& out, const AnswerHead& head, std::string_view date);
/// Appends `bytes` as one chunk; nothing when there are none, since that would end the body.
void append_chunk(std::string& out, std::string_view bytes);
/// Ends a chunked body.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// The usual words for a status, or nothing.
std::string_view reason_phrase(int status);

}  // namespace ccp::http
