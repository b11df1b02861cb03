#include "doctor/names.h"

#include <algorithm>
#include <numeric>

#include "base/ascii.h"

namespace ccp::doctor {

namespace {

/// Levenshtein's distance.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const auto changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

/// Smaller is nearer; nothing for names that have nothing to do with each other.
std::size_t badness(const std::string& name, const std::string& candidate, std::size_t far) {
  const bool within = candidate.contains(name) || name.contains(candidate);
  const auto apart = distance(name, candidate);
  if (within) return std::min<std::size_t>(apart, 1 + apart / 8);
  return apart <= std::max<std::size_t>(2, name.size() / 3) ? apart : far;
}

}  // namespace

std::vector<std::string> near_matches(std::string_view name, const std::vector<std::string>& list) {
  constexpr std::size_t far = 1'000'000;
  constexpr std::size_t most = 3;
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& candidate : list) {
    if (candidate.empty() || candidate.size() > 256) continue;
    const auto bad = badness(lower(name), lower(candidate), far);
    if (bad < far) ranked.emplace_back(bad, candidate);
  }
  std::ranges::sort(ranked);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(most, ranked.size()); ++i) names.push_back(ranked[i].second);
  return names;
}

}  // namespace ccp::doctor
