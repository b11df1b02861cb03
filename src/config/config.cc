#include "config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "config/options.h"

namespace ccp::config {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// docker --env-file keeps quotes as part of the value: one pair is taken off.
std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    return value.substr(1, value.size() - 2);
  }
  return value;
}

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

const std::string* lookup(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  if (found == variables.end() || unquoted(found->second).empty()) return nullptr;
  return &found->second;
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

bool is_loopback_url(std::string_view url) {
  const auto scheme = url.find("://");
  auto host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find_first_of(":/"));
  const bool is_address = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || (is_address && host.starts_with("127."));
}

void check_base_url(Config& config, Problems& problems) {
  auto& url = config.openai_base_url;
  while (url.ends_with('/')) url.pop_back();
  constexpr std::string_view endpoint = "/chat/completions";
  if (url.ends_with(endpoint)) url.resize(url.size() - endpoint.size());
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    problems.lines.push_back(fmt::format(
        "OPENAI_BASE_URL: \"{}\" is not allowed; expected a URL such as https://api.openai.com/v1",
        one_line(url)));
  }
}

/// A key that is recognisably one provider's must not be sent to the default host.
void check_key_owner(const Config& config, Problems& problems) {
  if (config.was_given("OPENAI_BASE_URL")) return;
  struct Owner {
    std::string_view prefix, provider, base_url;
  };
  static constexpr Owner owners[] = {
      {"sk-proj-", "OpenAI", "https://api.openai.com/v1"},
      {"sk-or-", "OpenRouter", "https://openrouter.ai/api/v1"},
      {"sk-ant-", "Anthropic", "https://api.anthropic.com/v1"},
      {"gsk_", "Groq", "https://api.groq.com/openai/v1"},
      {"AIza", "Google", "https://generativelanguage.googleapis.com/v1beta/openai"},
      {"xai-", "xAI", "https://api.x.ai/v1"},
  };
  for (const auto& owner : owners) {
    if (!config.openai_api_key.reveal().starts_with(owner.prefix)) continue;
    problems.lines.push_back(
        fmt::format("OPENAI_BASE_URL: not set, and OPENAI_API_KEY is a key of {}; add OPENAI_BASE_URL={}, or "
                    "else the key would be sent to {}",
                    owner.provider, owner.base_url, default_base_url));
    return;
  }
}

void check_whole(Config& config, bool demo, Problems& problems) {
  if (config.middle_model.empty()) config.middle_model = config.big_model;
  if (config.min_tokens_limit > config.max_tokens_limit) {
    problems.lines.push_back(
        fmt::format("MIN_TOKENS_LIMIT: {} is not allowed; expected at most MAX_TOKENS_LIMIT, which is {}",
                    config.min_tokens_limit, config.max_tokens_limit));
  }
  if (demo) return;
  check_base_url(config, problems);
  if (config.openai_api_key.empty() && !config.was_given("OPENAI_API_KEY") &&
      !is_loopback_url(config.openai_base_url)) {
    problems.lines.push_back(
        "OPENAI_API_KEY: not set; set it to your provider's key (in the environment or a .env file), or "
        "start with --demo to try "
        "the built-in demo provider");
  }
  check_key_owner(config, problems);
}

}  // namespace

bool Config::was_given(std::string_view name) const { return std::ranges::find(given, name) != given.end(); }

std::expected<Config, Problems> load(const Variables& shell, const Variables& file, bool demo) {
  Config config;
  Problems problems;
  for (const Option& option : options) {
    const auto* value = lookup(shell, option.name);
    if (value == nullptr) value = lookup(file, option.name);
    if (value != nullptr) {
      config.given.emplace_back(option.name);
      assign(config, option, unquoted(*value), problems);
    } else if (!option.fallback.empty()) {
      assign(config, option, option.fallback, problems);
    }
  }
  check_whole(config, demo, problems);
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
