#include "translate/call_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "translate/hash.h"

namespace ccp::translate {

namespace {

constexpr std::string_view written = "ccpx_";  ///< `_` and two hexadecimal digits stand for another byte
constexpr std::string_view hashed = "ccph_";

bool is_plain(char c) { return is_ascii_alphanumeric(c) || c == '-'; }

bool is_taken(std::string_view id) {
  return !id.empty() && id.size() <= longest_client_id && !id.starts_with(written) &&
         std::ranges::all_of(id, [](char c) { return is_plain(c) || c == '_'; });
}

}  // namespace

std::string client_call_id(std::string_view upstream_id) {
  if (is_taken(upstream_id)) return std::string(upstream_id);
  std::string id(written);
  for (const char c : upstream_id.substr(0, longest_client_id)) {
    if (is_plain(c)) {
      id += c;
    } else {
      id += fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
  }
  if (id.size() <= longest_client_id && upstream_id.size() <= longest_client_id) return id;
  return fmt::format("{}{:016x}{:016x}", hashed, hash(upstream_id, 0), hash(upstream_id, 1));
}

std::string provider_call_id(std::string_view client_id) {
  if (!client_id.starts_with(written)) return std::string(client_id);
  std::string id;
  for (auto rest = client_id.substr(written.size()); !rest.empty();) {
    if (rest.front() != '_') {
      id += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    unsigned value = 0;
    const auto* end = rest.data() + std::min<std::size_t>(rest.size(), 3);
    const auto [stop, error] = std::from_chars(rest.data() + 1, end, value, 16);
    if (error != std::errc{} || stop != rest.data() + 3) return std::string(client_id);
    id += static_cast<char>(value);
    rest.remove_prefix(3);
  }
  return id;
}

}  // namespace ccp::translate
