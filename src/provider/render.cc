#include <fmt/format.h>

#include "provider/profiles.h"

namespace ccp::provider {

namespace {

/// Patterns and values stand in a table's cells.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
    if (c == ',') out += ' ';
  }
  return out;
}

std::string settings_cell(const Rule& rule) {
  std::string text;
  for (const auto& [name, value] : rule.settings) {
    text += fmt::format("{}`{}={}`", text.empty() ? "" : " ", name, value);
  }
  return text;
}

}  // namespace

std::string render_markdown() {
  std::string text =
      "# What providers take\n\n"
      "Rendered from the tables in `src/provider/known_rules.cc` and `src/translate/profile.cc`; do not "
      "edit.\n\n"
      "Every OpenAI-compatible provider takes a little less than OpenAI, or spells it differently. What the "
      "proxy sends to\nyours follows from these rules, in their order, then from your own, then from what "
      "the "
      "provider has refused since the\nstart: a refusal that names a parameter changes that one thing, the "
      "request goes again at once, and the log says so\nwith the line to keep. "
      "`claude-code-proxy explain --model claude-sonnet-4` shows what applies to a model.\n\n"
      "## Known providers\n\n"
      "| host | model | settings | who says so |\n| --- | --- | --- | --- |\n";
  for (const auto& rule : known_rules()) {
    text += fmt::format("| `{}` | `{}` | {} | {} |\n", cell(rule.host), cell(rule.model), settings_cell(rule),
                        rule.note);
  }
  text +=
      "\n## Your own rules\n\n"
      "`PROFILES_FILE` names a file with one rule a line: host, model, settings. `*` stands for any text, a "
      "comma for \"or\",\n`#` begins a comment. The host may carry a port (`localhost:8000`) or the path of "
      "the "
      "base URL. A model pattern\nwithout a `/` is compared with what stands behind the last `/` of the "
      "model's "
      "name.\n\n"
      "```\n"
      "# HOST            MODEL    SETTINGS\n"
      "llm.example.com   qwen3*   reasoning=chat_template replay=always\n"
      "localhost:8000    *        inline_system=no images=no\n"
      "```\n\n"
      "| setting | values | unknown provider | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& field : translate::profile_fields()) {
    text += fmt::format("| `{}` | {} | `{}` | {} |\n", field.name, translate::values_of(field),
                        translate::value_of({}, field), field.meaning);
  }
  return text;
}

}  // namespace ccp::provider
