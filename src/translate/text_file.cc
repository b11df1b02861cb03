#include "translate/text_file.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "translate/base64.h"

namespace ccp::translate {

namespace {

using namespace std::string_view_literals;

std::optional<std::string> decoded(std::string_view payload) {
  std::string canonical;
  if (!base64::append_canonical(payload, canonical)) return std::nullopt;
  const auto padding = static_cast<std::size_t>(std::ranges::count(canonical, '='));
  std::string bytes(canonical.size() / 4 * 3 - padding, '\0');
  auto* data = reinterpret_cast<std::uint8_t*>(bytes.data());
  bytes.resize(base64::decode_prefix(canonical, std::span(data, bytes.size())));
  return bytes;
}

/// Characters that no text has: all control characters but white space, the bell, backspace and escape.
bool is_binary(std::string_view bytes) {
  return std::ranges::any_of(bytes, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && "\t\n\v\f\r\a\b\x1b"sv.find(c) == std::string_view::npos;
  });
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0U | code >> 6U);
  } else if (code < 0x10000) {
    add(0xE0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3FU));
  } else {
    add(0xF0U | code >> 18U);
    add(0x80U | (code >> 12U & 0x3FU));
    add(0x80U | (code >> 6U & 0x3FU));
  }
  add(0x80U | (code & 0x3FU));
}

/// Behind its mark; half a pair becomes U+FFFD.
std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]),
               second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? first << 8U | second : second << 8U | first);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    auto code = unit(i);
    const bool high = code >= 0xD800 && code < 0xDC00;
    const auto low = high && i + 3 < bytes.size() ? unit(i + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
      i += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      code = 0xFFFD;
    }
    append_utf8(out, code);
  }
  return out;
}

std::string from_latin_1(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::optional<std::string> text_file(std::string_view media_type, std::string_view payload) {
  if (media_type == "application/pdf") return std::nullopt;
  auto bytes = decoded(payload);
  if (!bytes || bytes->starts_with("%PDF-")) return std::nullopt;
  const std::string_view view = *bytes;
  if (view.starts_with("\xFF\xFE"sv)) return from_utf16(view.substr(2), false);
  if (view.starts_with("\xFE\xFF"sv)) return from_utf16(view.substr(2), true);
  if (is_binary(view)) return std::nullopt;
  if (simdjson::validate_utf8(view.data(), view.size())) {
    if (view.starts_with("\xEF\xBB\xBF"sv)) bytes->erase(0, 3);
    return bytes;
  }
  if (media_type.starts_with("text/")) return from_latin_1(view);
  return std::nullopt;
}

}  // namespace ccp::translate
