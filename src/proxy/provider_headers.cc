#include "proxy/provider_headers.h"

#include <algorithm>
#include <ctime>
#include <string>

#include "base/ascii.h"
#include "base/decimal.h"
#include "translate/errors.h"

namespace ccp::proxy {

namespace {

using std::chrono::seconds;

constexpr std::size_t most_headers = 24;
constexpr std::size_t longest_value = 128;

std::optional<seconds> until_date(std::string_view text, std::chrono::system_clock::time_point now) {
  std::tm date{};
  const std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const auto at = std::chrono::system_clock::from_time_t(timegm(&date));
  return std::max(seconds(0), std::chrono::ceil<seconds>(at - now));
}

bool is_about_rates(std::string_view name) {
  constexpr std::string_view prefixes[] = {"x-ratelimit", "ratelimit", "anthropic-ratelimit-"};
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) {
    return same_ignoring_case(name.substr(0, prefix.size()), prefix);
  });
}

bool may_pass(std::string_view value) {
  const bool visible = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
  return !value.empty() && value.size() <= longest_value && visible &&
         translate::mask_identifiers(value) == value;
}

}  // namespace

std::optional<seconds> retry_after(const net::Fields& fields, std::chrono::system_clock::time_point now) {
  std::optional<seconds> wait;
  if (const auto value = fields.find("retry-after")) {
    const auto number = rounded_up(*value);
    wait = number ? std::optional(seconds(*number)) : until_date(*value, now);
  }
  if (const auto value = fields.find("retry-after-ms"); value && !wait) {
    if (const auto number = rounded_up(*value)) wait = seconds((*number + 999) / 1000);
  }
  return wait && *wait <= longest_wait ? wait : std::nullopt;
}

std::vector<http::Header> rate_limit_headers(const net::Fields& fields) {
  std::vector<http::Header> headers;
  for (const auto& [name, value] : fields) {
    if (headers.size() == most_headers) break;
    if (!is_about_rates(name) || !may_pass(value)) continue;
    headers.push_back({std::string(name), std::string(value)});
  }
  return headers;
}

}  // namespace ccp::proxy
