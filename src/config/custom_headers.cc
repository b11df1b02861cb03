#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "config/check.h"

namespace ccp::config {

namespace {

constexpr std::string_view prefix = "CUSTOM_HEADER_";

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
  return std::ranges::any_of(needed, [&](auto word) { return same_ignoring_case(word, name); });
}

void add(Config& config, std::string_view variable, std::string_view value, Problems& problems) {
  value = unquoted(value);
  if (value.empty()) return;
  auto name = header_name(variable);
  if (!is_header_name(name)) {
    problems.lines.push_back(
        fmt::format("{}: \"{}\" is not allowed as a header name; expected letters, digits "
                    "and _ behind {}",
                    one_line(variable), one_line(name), prefix));
  } else if (is_needed_by_http(name)) {
    problems.lines.push_back(fmt::format(
        "{}: the header {} cannot be set, HTTP itself needs it; remove the variable", variable, name));
  } else if (!is_header_value(value)) {
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
