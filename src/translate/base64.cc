#include "translate/base64.h"

#include <array>

namespace ccp::translate::base64 {

namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view white_space = " \t\r\n\f\v";
constexpr std::uint8_t url_plus = 64;
constexpr std::uint8_t url_slash = 65;
constexpr std::uint8_t space = 66;
constexpr std::uint8_t padding = 67;
constexpr std::uint8_t invalid = 255;

/// A standard digit's value, or one of the classes above.
constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  classes.fill(invalid);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    classes[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  for (const char c : white_space) classes[static_cast<unsigned char>(c)] = space;
  classes['-'] = url_plus;
  classes['_'] = url_slash;
  classes['='] = padding;
  return classes;
}
constexpr auto classes = make_classes();

std::uint8_t class_of(char c) { return classes[static_cast<unsigned char>(c)]; }

/// Appends the digits before the padding; returns how many bytes of `payload` they took, or npos.
std::size_t append_digits(std::string_view payload, std::string& out) {
  std::size_t run = 0;
  std::size_t at = 0;
  for (; at < payload.size(); ++at) {
    const auto kind = class_of(payload[at]);
    if (kind < digits.size()) continue;
    if (kind == invalid) return std::string_view::npos;
    out.append(payload, run, at - run);
    run = at + 1;
    if (kind == padding) return at;
    if (kind == url_plus) out += '+';
    if (kind == url_slash) out += '/';
  }
  out.append(payload, run, at - run);
  return at;
}

}  // namespace

std::string_view payload(std::string_view data) {
  constexpr std::size_t longest_prefix = 256;
  const auto first = data.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  data = data.substr(first, data.find_last_not_of(white_space) + 1 - first);
  constexpr std::string_view scheme = "data:";
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if (i >= data.size() || (data[i] | 0x20) != (scheme[i] | 0x20)) return data;
  }
  const auto comma = data.substr(0, longest_prefix).find(',');
  return comma == std::string_view::npos ? data : data.substr(comma + 1);
}

bool append_canonical(std::string_view payload, std::string& out) {
  const std::size_t before = out.size();
  const std::size_t end = append_digits(payload, out);
  if (end == std::string_view::npos) return false;
  for (const char c : payload.substr(end)) {
    if (class_of(c) != padding && class_of(c) != space) return false;
  }
  const std::size_t count = out.size() - before;
  if (count == 0 || count % 4 == 1) return false;
  if (count % 4 == 0) return true;
  const unsigned used_bits = count % 4 == 2 ? 0x30 : 0x3C;
  out.back() = digits[class_of(out.back()) & used_bits];
  out.append(4 - count % 4, '=');
  return true;
}

std::string encoded(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6;) out += digits[bits >> (held -= 6) & 63U];
  }
  if (held > 0) out += digits[bits << (6 - held) & 63U];
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::size_t decode_prefix(std::string_view payload, std::span<std::uint8_t> out) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t written = 0;
  for (const char c : payload) {
    auto value = class_of(c);
    if (value == space) continue;
    if (value == url_plus || value == url_slash) value = static_cast<std::uint8_t>(value - 2);
    if (value >= digits.size() || written == out.size()) break;
    bits = bits << 6 | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[written++] = static_cast<std::uint8_t>(bits >> held);
  }
  return written;
}

}  // namespace ccp::translate::base64
