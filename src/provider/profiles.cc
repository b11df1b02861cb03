#include "provider/profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"

namespace ccp::provider {

namespace {

bool matches_one(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return same_ignoring_case(pattern, text);
  if (text.size() < star || !same_ignoring_case(pattern.substr(0, star), text.substr(0, star))) return false;
  const auto rest = pattern.substr(star + 1);
  if (rest.empty()) return true;
  for (auto from = star; from <= text.size(); ++from) {
    if (matches_one(rest, text.substr(from))) return true;
  }
  return false;
}

std::string_view take_word(std::string_view& line) {
  constexpr std::string_view space = " \t\r";
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(space)));
  const auto word = line.substr(0, line.find_first_of(space));
  line.remove_prefix(word.size());
  return word;
}

std::expected<Rule, std::string> parse_rule(std::string_view line) {
  Rule rule;
  rule.host = take_word(line);
  rule.model = take_word(line);
  auto settings = translate::parse_settings(line);
  if (!settings) return std::unexpected(settings.error());
  if (settings->empty()) return std::unexpected("expected HOST MODEL name=value…");
  rule.settings = std::move(*settings);
  return rule;
}

void apply_all(const std::vector<translate::ProfileSetting>& settings, translate::Profile& profile) {
  for (const auto& setting : settings) (void)translate::apply(setting, profile);
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    const auto one = pattern.substr(0, pattern.find(','));
    if (matches_one(one, text)) return true;
    pattern.remove_prefix(std::min(pattern.size(), one.size() + 1));
  }
  return false;
}

std::expected<std::vector<Rule>, std::vector<std::string>> parse_rules(std::string_view text,
                                                                       std::string_view name) {
  std::vector<Rule> rules;
  std::vector<std::string> problems;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto where = fmt::format("{}:{}", name, number);
    if (auto rule = parse_rule(line)) {
      rule->note = where;
      rules.push_back(std::move(*rule));
    } else {
      problems.push_back(where + ": " + rule.error());
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return rules;
}

std::string_view family_name(std::string_view model) {
  model = model.substr(model.rfind('/') + 1);
  for (;;) {
    const auto dot = model.find('.');
    if (dot == std::string_view::npos || dot == 0) return model;
    const auto word = model.substr(0, dot);
    const bool is_maker = std::ranges::all_of(
        word, [](char c) { return is_ascii_alphanumeric(c) ? c > '9' : c == '-' || c == '_'; });
    if (!is_maker) return model;
    model.remove_prefix(dot + 1);
  }
}

bool Profiles::is_other(const std::vector<std::string>& places) {
  const auto named_by = [&](std::string_view patterns) {
    while (!patterns.empty()) {
      const auto one = patterns.substr(0, patterns.find(','));
      patterns.remove_prefix(std::min(patterns.size(), one.size() + 1));
      if (one == "*" || one.starts_with("*:") || one.starts_with("*/")) continue;
      if (std::ranges::any_of(places, [&](const auto& place) { return matches_one(one, place); }))
        return true;
    }
    return false;
  };
  return std::ranges::none_of(known_rules(), [&](const Rule& rule) { return named_by(rule.host); });
}

bool Profiles::applies(const Rule& rule, std::string_view model) const {
  const bool whole = rule.model.find('/') != std::string::npos;
  const bool meant = matches(rule.model, whole ? model : model.substr(model.rfind('/') + 1)) ||
                     (!whole && matches(rule.model, family_name(model)));
  if (!meant) return false;
  if (is_other_ && matches(rule.host, any_other_host)) return true;
  return std::ranges::any_of(places_, [&](const auto& place) { return matches(rule.host, place); });
}

translate::Profile Profiles::by_rules(std::string_view model) const {
  translate::Profile profile;
  for (const auto* rules : {&known_rules(), &own_}) {
    for (const auto& rule : *rules) {
      if (applies(rule, model)) apply_all(rule.settings, profile);
    }
  }
  return profile;
}

translate::Profile Profiles::of(std::string_view model) const {
  const std::lock_guard lock(mutex_);
  auto known = known_.find(model);
  if (known == known_.end()) {
    if (known_.size() >= capacity) known_.clear();
    known = known_.emplace(model, by_rules(model)).first;
  }
  auto profile = known->second;
  if (const auto found = learned_.find(model); found != learned_.end()) apply_all(found->second, profile);
  return profile;
}

bool Profiles::learn(std::string_view model, translate::ProfileSetting setting) {
  const std::lock_guard lock(mutex_);
  auto found = learned_.find(model);
  if (found == learned_.end()) {
    if (learned_.size() >= capacity) return false;
    found = learned_.emplace(model, std::vector<translate::ProfileSetting>()).first;
  }
  auto& settings = found->second;
  if (std::ranges::find(settings, setting) != settings.end()) return false;
  std::erase_if(settings, [&](const auto& known) { return known.name == setting.name; });
  settings.push_back(std::move(setting));
  return true;
}

std::vector<Rule> Profiles::applying(std::string_view model) const {
  std::vector<Rule> found;
  for (const auto* rules : {&known_rules(), &own_}) {
    for (const auto& rule : *rules) {
      if (applies(rule, model)) found.push_back(rule);
    }
  }
  const std::lock_guard lock(mutex_);
  if (const auto learned = learned_.find(model); learned != learned_.end()) {
    found.push_back({"", std::string(model), learned->second, "learned from the provider"});
  }
  return found;
}

}  // namespace ccp::provider
