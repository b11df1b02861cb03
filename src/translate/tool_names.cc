#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "translate/hash.h"
#include "translate/request.h"

namespace ccp::translate {

namespace {

/// OpenAI's rule: ^[a-zA-Z0-9_-]{1,64}$.
constexpr std::size_t longest_name = 64;
constexpr std::string_view hash_mark = "_h";
constexpr std::size_t hash_digits = 16;

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Looks like a name made here. Such a name of the client's is replaced too, so that the two kinds never
/// meet.
bool looks_replaced(std::string_view name) {
  if (name.size() < hash_mark.size() + hash_digits) return false;
  const auto tail = name.substr(name.size() - hash_digits - hash_mark.size());
  return tail.starts_with(hash_mark) &&
         tail.find_first_not_of("0123456789abcdef", hash_mark.size()) == std::string_view::npos;
}

bool starts_with_letter(std::string_view name) {
  return !name.empty() && (name[0] | 0x20) >= 'a' && (name[0] | 0x20) <= 'z';
}

std::string replacement(std::string_view name, std::uint64_t salt) {
  std::string readable(name.substr(0, longest_name - hash_mark.size() - hash_digits));
  std::ranges::replace_if(readable, [](char c) { return !allowed(c); }, '_');
  // Some providers want a letter first.
  if (!starts_with_letter(readable)) {
    readable = "tool_" + readable.substr(0, longest_name - hash_mark.size() - hash_digits - 5);
  }
  return fmt::format("{}{}{:016x}", readable, hash_mark, hash(name, salt));
}

}  // namespace

bool ToolNames::fits(std::string_view name) const {
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, allowed) &&
         !looks_replaced(name) && (start_ == ToolNameStart::any || starts_with_letter(name));
}

std::string ToolNames::upstream(std::string_view name) {
  if (fits(name)) return std::string(name);
  for (std::uint64_t salt = 0;; ++salt) {
    auto candidate = replacement(name, salt);
    if (client_names_.try_emplace(candidate, name).first->second == name) return candidate;
  }
}

std::string_view ToolNames::client(std::string_view upstream_name) const {
  if (client_names_.empty()) return upstream_name;
  const auto found = client_names_.find(std::string(upstream_name));
  return found == client_names_.end() ? upstream_name : std::string_view(found->second);
}

}  // namespace ccp::translate
