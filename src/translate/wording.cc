#include "translate/wording.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace ccp::translate {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
/// Providers shorten keys with stars or dots in their own messages; what is left of the key goes too.
bool is_key(char c) { return is_ascii_digit(c) || is_letter(c) || c == '_' || c == '-' || c == '*'; }
bool is_token(char c) { return is_key(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '='; }

template <class Predicate>
std::size_t run(std::string_view text, Predicate predicate) {
  const auto end = std::find_if_not(text.begin(), text.end(), predicate);
  return static_cast<std::size_t>(end - text.begin());
}

/// Words such as `org-wide` are no ids: those are long, or have a digit or a star in them.
bool looks_like_id(std::string_view id) {
  if (id.size() < 6) return false;
  return id.size() >= 20 ||
         std::any_of(id.begin(), id.end(), [](char c) { return is_ascii_digit(c) || c == '*'; });
}

/// The length of the identifier that begins at the start of `text`, and how much of it may stay.
struct Found {
  std::size_t size;
  std::size_t kept = 0;
};

std::optional<Found> identifier_at(std::string_view text) {
  for (const std::string_view prefix :
       {"sk-", "sk_", "org-", "org_", "proj_", "proj-", "gsk_", "AIza", "xai-", "pk-", "ak-", "hf_", "r8_",
        "csk-", "nvapi-", "pplx-", "user_", "acct_", "team_"}) {
    if (!text.starts_with(prefix)) continue;
    const std::size_t size = prefix.size() + run(text.substr(prefix.size()), is_key);
    if (looks_like_id(text.substr(prefix.size(), size - prefix.size()))) return Found{size};
  }
  if (lower(text.substr(0, 7)) == "bearer ") {
    const std::size_t size = run(text.substr(7), is_token);
    if (looks_like_id(text.substr(7, size))) return Found{7 + size, 7};
  }
  if (const std::size_t size = run(text, is_hex);
      size >= 32 && (size == text.size() || !is_letter(text[size]))) {
    return Found{size};
  }
  // What a provider left of a key of whatever kind.
  if (const std::size_t size = run(text, is_key); text.substr(0, size).contains("***")) return Found{size};
  return std::nullopt;
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto fits = [](char c, char wanted) { return wanted == 'x' ? is_hex(c) : c == wanted; };
  return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), fits);
}

/// The account in a name of Amazon's, `arn:aws:bedrock:us-east-1:123456789012:…`, and in Azure's and Google's
/// paths of resources.
std::optional<Found> owner_in_path(std::string_view text) {
  if (text.starts_with("arn:")) {
    std::size_t at = 0;
    for (int colons = 0; colons < 4 && at != std::string_view::npos; ++colons) at = text.find(':', at + 1);
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t digits = run(text.substr(at + 1), is_ascii_digit);
    if (digits == 12) return Found{at + 1 + digits, at + 1};
  }
  for (const std::string_view prefix : {"subscriptions/", "accounts/", "projects/"}) {
    if (!text.starts_with(prefix)) continue;
    const std::size_t size = run(text.substr(prefix.size()), is_key);
    if (looks_like_id(text.substr(prefix.size(), size))) return Found{prefix.size() + size, prefix.size()};
  }
  return std::nullopt;
}

/// A file of the server's machine, as tracebacks name it: what is behind the folder stays unsaid.
std::optional<Found> file_at(std::string_view text) {
  for (const std::string_view root : {"/home/", "/root/", "/usr/", "/opt/", "/var/", "/etc/", "/srv/",
                                      "/tmp/", "/app/", "/Users/", "/mnt/", "/data/"}) {
    if (text.starts_with(root)) return Found{run(text, [](char c) { return is_token(c) || c == '@'; })};
  }
  return std::nullopt;
}

/// A UUID that is called an account's; those of requests and references stay.
std::optional<Found> account_at(std::string_view text, std::size_t at) {
  const std::size_t size = run(text.substr(at), is_key);
  if (!is_uuid(text.substr(at, size))) return std::nullopt;
  const std::size_t from = at - std::min<std::size_t>(at, 16);
  const auto before = lower(text.substr(from, at - from));
  return contains_any(before, {"org", "team", "account", "project"}) ? std::optional(Found{size})
                                                                     : std::nullopt;
}

}  // namespace

bool contains_any(std::string_view text, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](auto phrase) { return text.find(phrase) != text.npos; });
}

std::string mask_identifiers(std::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const bool at_word = at == 0 || !is_key(text[at - 1]);
    auto found = at_word ? identifier_at(text.substr(at)) : std::nullopt;
    if (at_word && !found) found = owner_in_path(text.substr(at));
    if (at_word && !found) found = account_at(text, at);
    const bool begins_path = at == 0 || !(is_token(text[at - 1]) || text[at - 1] == ':');
    if (begins_path && !found) found = file_at(text.substr(at));
    if (found) {
      masked.append(text, at, found->kept).append("***");
      at += found->size;
    } else {
      masked += text[at++];
    }
  }
  return masked;
}

}  // namespace ccp::translate
