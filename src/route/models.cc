#include "route/models.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace ccp::route {

namespace {

bool contains_any_case(std::string_view text, std::string_view lower_word) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::ranges::search(text, lower_word, same).begin() != text.end();
}

}  // namespace

std::string_view upstream_model(const Models& models, std::string_view client_model) {
  static constexpr std::array<std::string_view, 7> own = {"gpt-", "o1-",     "o3",       "o4",
                                                          "ep-",  "doubao-", "deepseek-"};
  if (client_model.starts_with(listed_prefix) && client_model.size() > listed_prefix.size())
    return client_model.substr(listed_prefix.size());
  const bool is_own = std::ranges::any_of(own, [&](auto prefix) { return client_model.starts_with(prefix); });
  if (is_own || client_model.find('/') != std::string_view::npos) return client_model;
  if (contains_any_case(client_model, "haiku")) return models.small;
  if (contains_any_case(client_model, "sonnet")) return models.middle;
  return models.big;
}

}  // namespace ccp::route
