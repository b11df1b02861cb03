#include <algorithm>
#include <array>

#include "net/http1.h"
#include "net/http1_syntax.h"

namespace ccp::net {

namespace {

using syntax::refuse;

using Checked = std::expected<void, HeadError>;

/// What may stand in a target: visible ASCII without the delimiters that RFC 3986 leaves out and every client
/// escapes.
constexpr std::array<bool, 256> target_table = [] {
  std::array<bool, 256> table{};
  for (int c = 0x21; c < 0x7f; ++c) table[c] = true;
  for (const char c : std::string_view("\"#<>\\")) table[static_cast<unsigned char>(c)] = false;
  return table;
}();

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool is_address_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

/// `host`, `host:port` or `[address]:port`. Of RFC 3986's registered names only those that can be in the DNS.
bool is_authority(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    if (!std::ranges::all_of(text.substr(1, end - 1), is_address_character)) return false;
    ++end;
  } else {
    while (end < text.size() && is_host_character(text[end])) ++end;
    if (end == 0) return false;
  }
  const auto port = text.substr(end);
  return port.empty() || (port.front() == ':' && port.size() <= 6 && syntax::is_digits(port.substr(1)));
}

Checked check_version(std::string_view version, RequestHead& head) {
  if (version == "HTTP/1.1" || version == "HTTP/1.0") {
    head.minor_version = version.back() - '0';
    return {};
  }
  const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                           syntax::is_digits(version.substr(5, 1)) && version[6] == '.' &&
                           syntax::is_digits(version.substr(7));
  if (!well_formed) return refuse(400, "the request line has no HTTP version");
  return refuse(505, std::string(version) + " is not spoken here, only HTTP/1.1 and HTTP/1.0");
}

void split_path(std::string_view origin_form, RequestHead& head) {
  const auto question = origin_form.find('?');
  head.path = origin_form.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view{} : origin_form.substr(question + 1);
  if (head.path.empty()) head.path = "/";
}

Checked check_absolute_form(std::string_view target, RequestHead& head) {
  const auto colon = target.find("://");
  const auto scheme = target.substr(0, colon);
  if (colon == std::string_view::npos || !(syntax::same(scheme, "http") || syntax::same(scheme, "https"))) {
    return refuse(400, "the request target is neither a path nor an http URL");
  }
  const auto rest = target.substr(colon + 3);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (!is_authority(rest.substr(0, end))) return refuse(400, "the host in the request target is not valid");
  split_path(rest.substr(end), head);
  return {};
}

Checked check_target(RequestHead& head) {
  if (!std::ranges::all_of(head.target, [](char c) { return target_table[static_cast<unsigned char>(c)]; })) {
    return refuse(400, "the request target holds a character that must be escaped");
  }
  if (head.target.starts_with('/')) {
    split_path(head.target, head);
    return {};
  }
  if (head.target != "*") return check_absolute_form(head.target, head);
  if (head.method != "OPTIONS") return refuse(400, "the target * is for OPTIONS only");
  head.path = head.target;
  return {};
}

Checked parse_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return refuse(400, "the request line has not three parts");
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, second - first - 1);
  if (!syntax::is_token(head.method)) return refuse(400, "the method is not a token");
  if (auto checked = check_version(line.substr(second + 1), head); !checked) return checked;
  if (head.target.empty()) return refuse(400, "the request line has no target");
  if (head.method == "CONNECT") return refuse(501, "CONNECT is not supported: this is no forward proxy");
  return check_target(head);
}

Checked check_host(const syntax::Framing& framing, const RequestHead& head) {
  if (framing.hosts > 1) return refuse(400, "more than one Host field");
  if (framing.hosts == 0) {
    if (head.minor_version == 0) return {};
    return refuse(400, "the Host field is missing");
  }
  if (!is_authority(framing.host)) return refuse(400, "the Host field is not a host with an optional port");
  return {};
}

/// RFC 9112 section 6.1: codings before a final `chunked` are only not implemented here, everything else has
/// no length.
HeadError refuse_coding(std::string_view value) {
  int elements = 0;
  int chunked = 0;
  bool last_is_chunked = false;
  syntax::each_element(value, [&](std::string_view coding) {
    ++elements;
    last_is_chunked = syntax::same(coding, "chunked");
    chunked += last_is_chunked ? 1 : 0;
  });
  if (last_is_chunked && chunked == 1 && elements > 1) {
    return {.status = 501, .reason = "no transfer coding but chunked is supported"};
  }
  return {.status = 400, .reason = "Transfer-Encoding is not exactly chunked"};
}

Checked decide_framing(const syntax::Framing& framing, RequestHead& head) {
  if (framing.codings == 0 && framing.lengths == 0) return {};
  if (framing.codings > 0 && framing.lengths > 0) {
    return refuse(400, "Content-Length together with Transfer-Encoding");
  }
  if (framing.codings > 1) return refuse(400, "more than one Transfer-Encoding field");
  if (framing.lengths > 1) return refuse(400, "more than one Content-Length field");
  if (framing.lengths == 1) {
    const auto length = syntax::parse_length(framing.length);
    if (!length) return refuse(400, "Content-Length is not one plain number");
    head.framing = SizedBody{*length};
    return {};
  }
  if (head.minor_version == 0) return refuse(400, "Transfer-Encoding does not exist in HTTP/1.0");
  if (!syntax::same(framing.coding, "chunked")) return std::unexpected(refuse_coding(framing.coding));
  head.framing = ChunkedBody{};
  return {};
}

Checked check_size(std::string_view bytes, const HeadLimits& limits) {
  if (bytes.size() <= limits.bytes) return {};
  const auto line_end = bytes.find('\n');
  const auto limit = std::to_string(limits.bytes) + " bytes";
  if (line_end == std::string_view::npos || line_end >= limits.bytes) {
    return refuse(414, "the request line is longer than " + limit);
  }
  return refuse(431, "the request head is larger than " + limit);
}

}  // namespace

std::expected<RequestHead, HeadError> parse_request_head(std::string_view bytes, const HeadLimits& limits) {
  if (auto checked = check_size(bytes, limits); !checked) return std::unexpected(checked.error());
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  const auto line = syntax::next_line(bytes);
  if (!line) return refuse(400, "the request line does not end in CRLF");
  std::expected<RequestHead, HeadError> head(std::in_place);
  const auto refused = [](Checked& checked) { return std::unexpected(std::move(checked.error())); };
  if (auto checked = parse_request_line(*line, *head); !checked) return refused(checked);
  const auto framing = syntax::read_fields(bytes, limits, head->fields);
  if (!framing) return std::unexpected(framing.error());
  if (auto checked = check_host(*framing, *head); !checked) return refused(checked);
  if (auto checked = decide_framing(*framing, *head); !checked) return refused(checked);
  const bool is_1_1 = head->minor_version == 1;
  if (is_1_1 && framing->expects_other) return refuse(417, "only Expect: 100-continue is understood");
  head->keep_alive = !framing->close && (is_1_1 || framing->keep_alive);
  head->expect_continue =
      is_1_1 && framing->expects_continue && !std::holds_alternative<NoBody>(head->framing);
  return head;
}

}  // namespace ccp::net
