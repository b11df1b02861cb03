#include "net/http1.h"
#include "net/http1_syntax.h"

namespace ccp::net {

namespace {

using syntax::refuse;

using Checked = std::expected<void, HeadError>;

/// `HTTP/1.x SP 3DIGIT [SP reason]`: a missing reason, and even its missing space, is common.
Checked parse_status_line(std::string_view line, ResponseHead& head) {
  if (line.starts_with("HTTP/1.1")) {
    head.minor_version = 1;
  } else if (line.starts_with("HTTP/1.0")) {
    head.minor_version = 0;
  } else {
    return refuse(502, "the answer does not begin with HTTP/1.1 or HTTP/1.0");
  }
  const auto status = line.substr(8, 4);
  if (status.size() < 4 || status.front() != ' ' || !syntax::is_digits(status.substr(1))) {
    return refuse(502, "the status line has no status of three digits");
  }
  head.status = (status[1] - '0') * 100 + (status[2] - '0') * 10 + (status[3] - '0');
  if (head.status < 100 || head.status > 599) return refuse(502, "the status is not between 100 and 599");
  const auto reason = line.substr(12);
  if (!reason.empty() && reason.front() != ' ') return refuse(502, "the status has more than three digits");
  if (!syntax::is_text(reason)) return refuse(502, "the status line holds a control character");
  return {};
}

/// RFC 9112 section 6.3, items 1 and 2.
bool never_has_body(int status, std::string_view method) {
  return method == "HEAD" || status < 200 || status == 204 || status == 304 ||
         (method == "CONNECT" && status < 300);
}

Checked decide_framing(const syntax::Framing& framing, ResponseHead& head) {
  if (framing.codings > 0) {
    if (head.minor_version == 0) return refuse(502, "Transfer-Encoding in an HTTP/1.0 answer");
    if (framing.codings > 1 || !syntax::same(framing.coding, "chunked")) {
      return refuse(502, "Transfer-Encoding is not exactly chunked");
    }
    head.framing = ChunkedBody{};
    if (framing.lengths > 0) head.keep_alive = false;
    return {};
  }
  if (framing.lengths == 0) {
    head.framing = BodyUntilClose{};
    head.keep_alive = false;
    return {};
  }
  const auto length = syntax::parse_length(framing.length);
  if (framing.lengths > 1 || !length) return refuse(502, "Content-Length is not one plain number");
  head.framing = SizedBody{*length};
  return {};
}

}  // namespace

std::expected<ResponseHead, HeadError> parse_response_head(std::string_view bytes, std::string_view method,
                                                           const HeadLimits& limits) {
  if (bytes.size() > limits.bytes) {
    return refuse(502, "the head of the answer is larger than " + std::to_string(limits.bytes) + " bytes");
  }
  const auto line = syntax::next_line(bytes);
  if (!line) return refuse(502, "the status line does not end in CRLF");
  std::expected<ResponseHead, HeadError> head(std::in_place);
  if (auto checked = parse_status_line(*line, *head); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const auto framing = syntax::read_fields(bytes, limits, head->fields);
  if (!framing) return refuse(502, framing.error().reason);
  head->keep_alive = !framing->close && (head->minor_version == 1 || framing->keep_alive);
  if (never_has_body(head->status, method)) return head;
  if (auto checked = decide_framing(*framing, *head); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return head;
}

}  // namespace ccp::net
