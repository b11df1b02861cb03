#include "upstream/request_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ccp::upstream {

namespace {

bool same(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.contains(c);
  });
}

/// RFC 9110 section 5.5: visible characters, space, tab and the upper half.
bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 7> ours{
      "host", "content-length", "connection", "transfer-encoding", "upgrade", "keep-alive", "expect"};
  return std::ranges::any_of(ours, [&](std::string_view field) { return same(field, name); });
}

bool asks_for_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

Result<void> check(const Request& request) {
  if (!is_token(request.method)) return internal_error("the request method is not a token");
  if (!is_target(request.target))
    return internal_error("the request target is not an absolute path of visible ASCII characters");
  for (const HeaderField& field : request.headers) {
    if (!is_token(field.name)) return internal_error(fmt::format("'{}' cannot be a header name", field.name));
    if (is_ours(field.name))
      return internal_error(fmt::format("the header {} cannot be set: HTTP itself needs it", field.name));
    if (!is_value(field.value))
      return internal_error(fmt::format("the value of the header {} holds a control character", field.name));
  }
  return {};
}

}  // namespace

Result<std::string> request_text(const Origin& origin, const Request& request, const Proxy* proxy) {
  if (const Result<void> checked = check(request); !checked) return std::unexpected(checked.error());
  const auto authority = origin.authority();
  const auto target =
      proxy == nullptr ? request.target : fmt::format("http://{}{}", authority, request.target);
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, target, authority);
  if (proxy != nullptr && !proxy->authorization.empty())
    text += fmt::format("Proxy-Authorization: {}\r\n", proxy->authorization.reveal());
  bool encoding_given = false;
  for (const HeaderField& field : request.headers) {
    text.append(field.name).append(": ").append(field.value).append("\r\n");
    encoding_given = encoding_given || same(field.name, "accept-encoding");
  }
  if (!encoding_given) text += "Accept-Encoding: identity\r\n";
  if (!request.body.empty() || asks_for_body(request.method))
    text += fmt::format("Content-Length: {}\r\n", request.body.size());
  text += "\r\n";
  return text;
}

}  // namespace ccp::upstream
