#include "provider/calibration.h"

#include <algorithm>
#include <cmath>

namespace ccp::provider {

namespace {

/// How far a count may lie beside the line: a share of the prompt, and some tokens.
constexpr double spread_share = 0.02, spread_tokens = 20;
/// How far slope and offset usually lie from 1 and 0.
constexpr double usual_slope = 0.2, usual_offset = 400;

/// A shorter prompt fits everywhere.
constexpr std::int64_t least_cut = 1'000;
/// No tokenizer finds so much fewer; less is enough where the count is round, or the prompt beyond the
/// window.
constexpr double surely_cut = 0.6, surely_fewer = 0.9, surely_another = 0.95;
constexpr std::int64_t round = 1'024;

constexpr double squared(double value) { return value * value; }

bool is_nonsense(double ours, double theirs) {
  return ours <= 0 || theirs <= 0 || theirs < ours * Calibration::lowest ||
         theirs > ours * Calibration::highest + Calibration::most_offset;
}

}  // namespace

std::int64_t CountLine::of(std::int64_t ours) const {
  const auto theirs = std::ceil(slope * static_cast<double>(ours) + offset);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(theirs));
}

bool looks_cut(std::int64_t expected, std::int64_t theirs, std::int64_t window) {
  const auto ratio = static_cast<double>(theirs) / static_cast<double>(std::max<std::int64_t>(expected, 1));
  if (window > 0 && expected > window) return ratio < surely_another;
  if (expected < least_cut) return false;
  const bool is_round = theirs > 0 && theirs % round == 0;  // as windows are, and counts hardly ever
  return ratio < (is_round ? surely_fewer : surely_cut);
}

void Calibration::Sums::add(double ours, double theirs) {
  const double weight = 1 / squared(spread_share * ours + spread_tokens);
  for (double* sum : {&w, &x, &xx, &y, &xy}) *sum *= memory;
  w += weight;
  x += weight * ours;
  xx += weight * squared(ours);
  y += weight * theirs;
  xy += weight * ours * theirs;
}

/// Least squares for theirs = offset + slope * ours, with slope near 1 and offset near 0 as two observations
/// more.
CountLine Calibration::Sums::line() const {
  const double offsets = w + 1 / squared(usual_offset);
  const double slopes = xx + 1 / squared(usual_slope);
  const double towards = xy + 1 / squared(usual_slope);
  const double determinant = offsets * slopes - squared(x);
  if (determinant <= 0) return {};
  return {.slope = std::clamp((offsets * towards - x * y) / determinant, lowest, highest),
          .offset = (slopes * y - x * towards) / determinant};
}

CountLine Calibration::line(std::string_view model) const {
  const std::lock_guard lock(mutex_);
  const auto found = models_.find(model);
  return found == models_.end() ? CountLine() : found->second.line();
}

void Calibration::learn(std::string_view model, std::int64_t ours, std::int64_t theirs) {
  const auto x = static_cast<double>(ours);
  const auto y = static_cast<double>(theirs);
  if (is_nonsense(x, y)) return;
  const std::lock_guard lock(mutex_);
  const auto found = models_.find(model);
  if (found != models_.end()) {
    found->second.add(x, y);
  } else if (models_.size() < capacity) {
    models_.emplace(model, Sums()).first->second.add(x, y);
  }
}

}  // namespace ccp::provider
