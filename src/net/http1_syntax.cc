#include "net/http1_syntax.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/ascii.h"

namespace ccp::net::syntax {

namespace {

constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  return table;
}();

constexpr bool is_control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

constexpr std::uint64_t each_byte(std::uint64_t byte) { return byte * 0x0101010101010101U; }

/// Whether one of eight bytes may be a control character: exact but for HTAB, which it reports too.
bool may_have_control(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t below_space = (word - each_byte(0x20)) & ~word;
  const std::uint64_t delete_to_zero = word ^ each_byte(0x7f);
  const std::uint64_t is_delete = (delete_to_zero - each_byte(1)) & ~delete_to_zero;
  return ((below_space | is_delete) & each_byte(0x80)) != 0;
}

std::expected<Field, HeadError> parse_field(std::string_view line) {
  std::size_t colon = 0;
  while (colon < line.size() && token_table[static_cast<unsigned char>(line[colon])]) ++colon;
  if (colon == line.size() || line[colon] != ':') {
    if (line.front() == ' ' || line.front() == '\t')
      return refuse(400, "a field is folded over several lines");
    return refuse(400, "a field name holds a character that is not allowed, or lacks its colon");
  }
  if (colon == 0) return refuse(400, "a field has no name");
  const Field field{.name = line.substr(0, colon), .value = trim(line.substr(colon + 1))};
  if (!is_text(field.value)) return refuse(400, "a field value holds a control character");
  return field;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return token_table[static_cast<unsigned char>(c)]; });
}

bool is_text(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    if (may_have_control(text.data() + at)) break;
  }
  return std::none_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                      [](char c) { return is_control(static_cast<unsigned char>(c)); });
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::string_view> next_line(std::string_view& rest) {
  const auto end = rest.find('\r');
  if (end == std::string_view::npos || end + 1 == rest.size() || rest[end + 1] != '\n') return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

void Framing::notice(const Field& field) {
  switch (field.name.size()) {
    case 4:
      if (same(field.name, "host")) ++hosts, host = field.value;
      break;
    case 6:
      if (same(field.name, "expect")) {
        (same(field.value, "100-continue") ? expects_continue : expects_other) = true;
      }
      break;
    case 10:
      if (same(field.name, "connection")) {
        each_element(field.value, [this](std::string_view option) {
          if (same(option, "close")) close = true;
          if (same(option, "keep-alive")) keep_alive = true;
        });
      }
      break;
    case 14:
      if (same(field.name, "content-length")) ++lengths, length = field.value;
      break;
    case 17:
      if (same(field.name, "transfer-encoding")) ++codings, coding = field.value;
      break;
    default:
      break;
  }
}

std::expected<Framing, HeadError> read_fields(std::string_view rest, const HeadLimits& limits,
                                              Fields& fields) {
  Framing framing;
  fields.reserve(std::min<std::size_t>(limits.fields, 32));
  for (;;) {
    const auto line = next_line(rest);
    if (!line) return refuse(400, "a line of the head does not end in CRLF");
    if (line->empty()) break;
    if (fields.size() == limits.fields) {
      return refuse(431, "more than " + std::to_string(limits.fields) + " header fields");
    }
    const auto field = parse_field(*line);
    if (!field) return std::unexpected(field.error());
    framing.notice(*field);
    fields.add(*field);
  }
  if (!rest.empty()) return refuse(400, "bytes follow the head");
  return framing;
}

std::optional<std::uint64_t> parse_length(std::string_view value) {
  if (!is_digits(value)) return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc{}) return std::nullopt;
  return length;
}

}  // namespace ccp::net::syntax

namespace ccp::net {

std::optional<std::string_view> Fields::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields_, [name](const Field& field) { return syntax::same(field.name, name); });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [name](const Field& field) { return syntax::same(field.name, name); }));
}

std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t& checked) {
  const auto ends_line = [bytes](std::size_t at) {  // the line that begins at `at` is empty
    if (at < bytes.size() && bytes[at] == '\n') return at + 1;
    if (at + 1 < bytes.size() && bytes[at] == '\r' && bytes[at + 1] == '\n') return at + 2;
    return std::size_t{0};
  };
  for (;;) {
    const auto newline = bytes.find('\n', checked);
    if (newline == std::string_view::npos) break;
    if (const auto end = ends_line(newline + 1); end > 0) return end;
    if (newline + 2 >= bytes.size()) {
      checked = newline;
      return std::nullopt;
    }
    checked = newline + 1;
  }
  checked = bytes.size();
  return std::nullopt;
}

}  // namespace ccp::net
