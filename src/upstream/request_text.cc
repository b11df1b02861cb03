#include "upstream/request_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"

namespace ccp::upstream {

namespace {

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 7> ours{
      "host", "content-length", "connection", "transfer-encoding", "upgrade", "keep-alive", "expect"};
  return std::ranges::any_of(ours, [&](std::string_view field) { return same_ignoring_case(field, name); });
}

bool asks_for_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

Result<void> check(const Request& request) {
  if (!is_header_name(request.method)) return internal_error("the request method is not a token");
  if (!is_target(request.target))
    return internal_error("the request target is not an absolute path of visible ASCII characters");
  for (const HeaderField& field : request.headers) {
    if (!is_header_name(field.name))
      return internal_error(fmt::format("'{}' cannot be a header name", field.name));
    if (is_ours(field.name))
      return internal_error(fmt::format("the header {} cannot be set: HTTP itself needs it", field.name));
    if (!is_header_value(field.value))
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
    encoding_given = encoding_given || same_ignoring_case(field.name, "accept-encoding");
  }
  if (!encoding_given) text += "Accept-Encoding: identity\r\n";
  if (!request.body.empty() || asks_for_body(request.method))
    text += fmt::format("Content-Length: {}\r\n", request.body.size());
  text += "\r\n";
  return text;
}

}  // namespace ccp::upstream
