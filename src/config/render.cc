#include <fmt/format.h>

#include "config/options.h"

namespace ccp::config {

namespace {

std::string shown_default(const Option& option) {
  return option.fallback.empty() ? "unset" : std::string(option.fallback);
}

std::string allowed(const Option& option) {
  if (std::holds_alternative<std::int64_t Config::*>(option.member)) {
    const auto range = fmt::format("{} to {}", option.min, option.max);
    return option.name == "WORKERS" ? "auto, 1 to " + std::to_string(option.max) : range;
  }
  if (std::holds_alternative<bool Config::*>(option.member)) return "true, false";
  if (std::holds_alternative<LogLevel Config::*>(option.member)) return "a level";
  if (std::holds_alternative<LogFormat Config::*>(option.member)) return "text, json";
  if (option.name.ends_with("S_PROXY") || option.name == "HTTP_PROXY") return "a URL (secret)";
  if (std::holds_alternative<Secret Config::*>(option.member)) return "a key (secret)";
  if (is_family(option)) return "one line";
  return "text";
}

/// A variable that the row stands for.
std::string example(const Option& family) {
  return std::string(family.name.substr(0, family.name.size() - 1)) + "X_NAME";
}

std::string_view level_name(LogLevel level) {
  static constexpr std::string_view names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
  return names[static_cast<std::size_t>(level)];
}

std::string variable_of(const Option& family, const CustomHeader& header) {
  std::string name(family.name.substr(0, family.name.size() - 1));
  for (const char c : header.name) name += c == '-' ? '_' : c;
  return name;
}

struct Show {
  std::string operator()(const std::vector<CustomHeader>&) const { return ""; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Secret& value) const { return value.empty() ? "" : "[secret]"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(LogLevel value) const { return std::string(level_name(value)); }
  std::string operator()(LogFormat value) const { return value == LogFormat::json ? "json" : "text"; }
};

/// Calls `group(name)` before the first row of each group and `row(option)` for each row.
template <class Group, class Row>
void walk(Group group, Row row) {
  std::string_view current;
  for (const Option& option : options) {
    if (option.group != current) group(option.group);
    current = option.group;
    row(option);
  }
}

}  // namespace

std::string render_help() {
  std::string text;
  walk([&](std::string_view group) { text += fmt::format("\n{}:\n", group); },
       [&](const Option& option) {
         text += fmt::format("  {:<20} {} [{}]\n", option.name, option.help, shown_default(option));
       });
  return text;
}

std::string render_env_example() {
  std::string text =
      "# Settings of claude-code-proxy. Copy this file to .env, take the # off the lines you need.\n"
      "# The shell's environment wins over this file; an empty value means unset.\n";
  walk([&](std::string_view group) { text += fmt::format("\n# --- {} ---\n", group); },
       [&](const Option& option) {
         const auto name = is_family(option) ? example(option) : std::string(option.name);
         text += fmt::format("# {}\n#{}={}\n", option.help, name, option.fallback);
       });
  return text;
}

std::string render_markdown() {
  std::string text =
      "# Configuration\n\n"
      "<!-- Rendered by `./dev docs` from src/config/options.h; edit there. -->\n\n"
      "Settings are environment variables. The shell wins over a `.env` file in the working directory (or "
      "the file given with\n"
      "`--env-file`); an empty value means unset; values may be quoted. Every problem is reported at the "
      "start, all at once.\n";
  walk(
      [&](std::string_view group) {
        text += fmt::format(
            "\n## {}\n\n| variable | default | allowed | meaning |\n| --- | --- | --- | --- |\n", group);
      },
      [&](const Option& option) {
        text += fmt::format("| `{}` | {} | {} | {} |\n", option.name,
                            option.fallback.empty() ? "unset" : fmt::format("`{}`", option.fallback),
                            allowed(option), option.help);
      });
  return text;
}

std::string render_readme_table() {
  std::string text = "| variable | default | meaning |\n| --- | --- | --- |\n";
  walk([](std::string_view) {},
       [&](const Option& option) {
         if (option.group == "Timeouts" || option.group == "Limits") return;
         text += fmt::format("| `{}` | {} | {} |\n", option.name, shown_default(option), option.help);
       });
  return text;
}

std::string render_config(const Config& config) {
  std::string text;
  for (const Option& option : options) {
    if (is_family(option)) {
      for (const auto& header : config.custom_headers) text += variable_of(option, header) + "=[secret]\n";
      continue;
    }
    const auto value = std::visit([&](auto member) { return Show()(config.*member); }, option.member);
    text += fmt::format("{}={}\n", option.name, value);
  }
  return text;
}

}  // namespace ccp::config
