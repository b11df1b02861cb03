#include <fmt/format.h>

#include "base/ascii.h"
#include "config/config.h"

namespace ccp::config {

namespace {

constexpr std::string_view blank = " \t\r";

bool is_name(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
         std::string_view::npos;
}

/// The text between double quotes, with the escapes that `.env` files use.
std::string unescape(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    const char next = text[++i];
    if (next == 'n') {
      value += '\n';
    } else if (next == '"' || next == '\\' || next == '$') {
      value += next;
    } else {
      value += '\\';
      value += next;
    }
  }
  return value;
}

std::size_t closing_quote(std::string_view text, char quote) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// A value as written behind `=`, or what is wrong with it.
std::expected<std::string, std::string> read_value(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\'')) {
    const auto end = closing_quote(text, text[0]);
    if (end == std::string_view::npos) return std::unexpected("the quote is not closed");
    const auto rest = trimmed(text.substr(end + 1), blank);
    if (!rest.empty() && !rest.starts_with('#'))
      return std::unexpected("something follows the closing quote");
    const auto inner = text.substr(1, end - 1);
    return text[0] == '"' ? unescape(inner) : std::string(inner);
  }
  // A comment begins at a `#` behind white space: a key may hold a `#`.
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#' && (i == 0 || blank.find(text[i - 1]) != std::string_view::npos))
      return std::string(trimmed(text.substr(0, i), blank));
  }
  return std::string(text);
}

}  // namespace

std::expected<Variables, Problems> parse_dotenv(std::string_view text) {
  Variables variables;
  Problems problems;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = trimmed(text.substr(0, end), blank);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with("export ") || line.starts_with("export\t")) line = trimmed(line.substr(7), blank);
    if (line.empty() || line.starts_with('#')) continue;
    const auto equals = line.find('=');
    const auto name = trimmed(line.substr(0, equals), blank);
    if (equals == std::string_view::npos || !is_name(name)) {
      problems.lines.push_back(fmt::format("line {}: expected NAME=value", number));
      continue;
    }
    auto value = read_value(trimmed(line.substr(equals + 1), blank));
    if (!value) {
      problems.lines.push_back(fmt::format("line {}: {}: {}", number, name, value.error()));
      continue;
    }
    variables.insert_or_assign(std::string(name), std::move(*value));
  }
  if (!problems.lines.empty()) return std::unexpected(std::move(problems));
  return variables;
}

}  // namespace ccp::config
