#include "config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "config/check.h"
#include "config/options.h"

namespace ccp::config {

namespace {

/// What the member would have been, or what is allowed instead.
using Outcome = std::expected<void, std::string>;

Outcome read(std::string& to, const Option&, std::string_view value) {
  if (value.find_first_of("\r\n") != std::string_view::npos) return std::unexpected("one line");
  to = value;
  return {};
}

Outcome read(Secret& to, const Option&, std::string_view value) {
  const bool printable = std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; });
  if (!printable) return std::unexpected("printable ASCII characters without spaces or line breaks");
  to = Secret(std::string(value));
  return {};
}

Outcome read(std::int64_t& to, const Option& option, std::string_view value) {
  if (option.name == "WORKERS" && lower(value) == "auto") value = "0";
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc() || end != value.data() + value.size() || number < option.min ||
      number > option.max) {
    return std::unexpected(fmt::format("a whole number from {} to {}", option.min, option.max));
  }
  to = number;
  return {};
}

Outcome read(bool& to, const Option&, std::string_view value) {
  const auto word = lower(value);
  if (word == "true" || word == "1" || word == "yes") {
    to = true;
  } else if (word == "false" || word == "0" || word == "no") {
    to = false;
  } else {
    return std::unexpected("true or false");
  }
  return {};
}

Outcome read(LogLevel& to, const Option&, std::string_view value) {
  static constexpr std::pair<std::string_view, LogLevel> levels[] = {
      {"debug", LogLevel::debug},  {"info", LogLevel::info},   {"warning", LogLevel::warning},
      {"warn", LogLevel::warning}, {"error", LogLevel::error}, {"critical", LogLevel::critical}};
  const auto word = lower(value.substr(0, value.find_first_of(" \t#")));
  for (const auto& [name, level] : levels) {
    if (word == name) {
      to = level;
      return {};
    }
  }
  return std::unexpected("DEBUG, INFO, WARNING, ERROR or CRITICAL");
}

Outcome read(LogFormat& to, const Option&, std::string_view value) {
  const auto word = lower(value);
  if (word != "text" && word != "json") return std::unexpected("text or json");
  to = word == "json" ? LogFormat::json : LogFormat::text;
  return {};
}

Outcome read(std::vector<CustomHeader>&, const Option&, std::string_view) { return {}; }

const std::string* find(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  if (found == variables.end() || unquoted(found->second).empty()) return nullptr;
  return &found->second;
}

/// The variables that name proxies are known in lower case too, as other programs know them.
const std::string* lookup(const Variables& variables, std::string_view name) {
  const auto* value = find(variables, name);
  if (value == nullptr && name.ends_with("_PROXY")) value = find(variables, lower(name));
  return value;
}

void assign(Config& config, const Option& option, std::string_view value, Problems& problems) {
  const auto outcome =
      std::visit([&](auto member) { return read(config.*member, option, value); }, option.member);
  if (outcome) return;
  const bool secret = std::holds_alternative<Secret Config::*>(option.member);
  problems.lines.push_back(fmt::format("{}: {} is not allowed; expected {}", option.name,
                                       secret ? "the value" : fmt::format("\"{}\"", one_line(value)),
                                       outcome.error()));
}

}  // namespace

std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    return value.substr(1, value.size() - 2);
  }
  return value;
}

bool Config::was_given(std::string_view name) const { return std::ranges::find(given, name) != given.end(); }

bool Config::came_from_shell(std::string_view name) const {
  return std::ranges::find(given_by_shell, name) != given_by_shell.end();
}

std::expected<Config, Problems> load(const Variables& shell, const Variables& file, Purpose purpose,
                                     const Check& check) {
  Config config;
  Problems problems;
  for (const Option& option : options) {
    if (is_family(option)) continue;
    const auto* value = lookup(shell, option.name);
    if (value != nullptr) config.given_by_shell.emplace_back(option.name);
    if (value == nullptr) value = lookup(file, option.name);
    if (value != nullptr) {
      config.given.emplace_back(option.name);
      assign(config, option, unquoted(*value), problems);
    } else if (!option.fallback.empty()) {
      assign(config, option, option.fallback, problems);
    }
  }
  read_custom_headers(config, shell, file, problems);
  check_whole(config, purpose, problems);
  if (check) check(config, problems);
  if (!problems.lines.empty()) return std::unexpected(std::move(problems));
  return config;
}

Variables shell_variables(char** environment) {
  Variables variables;
  for (char** entry = environment; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

}  // namespace ccp::config
