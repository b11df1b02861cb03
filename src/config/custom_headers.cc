#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/check.h"

namespace ccp::config {

namespace {

constexpr std::string_view prefix = "CUSTOM_HEADER_";

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || marks.contains(c);
  });
}

std::string header_name(std::string_view variable) {
  std::string name(variable.substr(prefix.size()));
  std::ranges::replace(name, '_', '-');
  return name;
}

/// Those that belong to one connection (RFC 9110 section 7.6.1), and those that say where a message goes and
/// ends.
bool is_needed_by_http(std::string_view name) {
  static constexpr std::array<std::string_view, 13> needed = {"connection",
                                                              "keep-alive",
                                                              "proxy-connection",
                                                              "proxy-authenticate",
                                                              "proxy-authorization",
                                                              "te",
                                                              "trailer",
                                                              "transfer-encoding",
                                                              "upgrade",
                                                              "expect",
                                                              "host",
                                                              "content-length",
                                                              "accept-encoding"};
  const auto lower = [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); };
  return std::ranges::any_of(needed,
                             [&](auto word) { return std::ranges::equal(word, name, {}, {}, lower); });
}

/// RFC 9110 section 5.5.
bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

void add(Config& config, std::string_view variable, std::string_view value, Problems& problems) {
  value = unquoted(value);
  if (value.empty()) return;
  auto name = header_name(variable);
  if (!is_token(name)) {
    problems.lines.push_back(
        fmt::format("{}: \"{}\" is not allowed as a header name; expected letters, digits "
                    "and _ behind {}",
                    one_line(variable), one_line(name), prefix));
  } else if (is_needed_by_http(name)) {
    problems.lines.push_back(fmt::format(
        "{}: the header {} cannot be set, HTTP itself needs it; remove the variable", variable, name));
  } else if (!is_value(value)) {
    problems.lines.push_back(
        fmt::format("{}: the value is not allowed; expected one line without control characters", variable));
  } else {
    config.custom_headers.push_back({std::move(name), Secret(std::string(value))});
  }
}

}  // namespace

void read_custom_headers(Config& config, const Variables& shell, const Variables& file, Problems& problems) {
  Variables all = shell;  // what it has already stays: the shell wins
  for (const auto& [name, value] : file) {
    auto& taken = all[name];
    if (unquoted(taken).empty()) taken = value;
  }
  for (auto entry = all.lower_bound(prefix); entry != all.end() && entry->first.starts_with(prefix);
       ++entry) {
    add(config, entry->first, entry->second, problems);
  }
}

}  // namespace ccp::config
