#include <fmt/format.h>

#include "base/loopback.h"
#include "config/options.h"
#include "process/run.h"

namespace ccp::process {

namespace {

/// The address a client on this machine uses.
std::string client_url(const config::Config& config, std::uint16_t port) {
  const bool any = config.host == "0.0.0.0" || config.host == "::";
  const auto host = any                                          ? "127.0.0.1"
                    : config.host.find(':') == std::string::npos ? config.host
                                                                 : "[" + config.host + "]";
  return fmt::format("http://{}:{}", host, port);
}

std::string provider(const config::Config& config, const Launch& launch) {
  if (launch.demo)
    return "the built-in DEMO provider: no key, no network, canned answers (set OPENAI_API_KEY for a real "
           "one)";
  if (config.was_given("OPENAI_BASE_URL")) return config.openai_base_url;
  return fmt::format("{} (the default: OPENAI_BASE_URL is not set, your OPENAI_API_KEY is sent there)",
                     config.openai_base_url);
}

std::string_view clients(const config::Config& config) {
  if (config.anthropic_api_key.empty()) return "may send any key";
  if (!config.came_from_shell("ANTHROPIC_API_KEY")) return "must send the key in ANTHROPIC_API_KEY";
  return "must send the key in ANTHROPIC_API_KEY: your shell has this variable, which clients use too; to "
         "accept any "
         "key, start the proxy without it";
}

std::string warnings(const config::Config& config, const Launch& launch, std::uint16_t port) {
  std::string text;
  if (!config.ssl_verify) {
    text +=
        "  WARNING: SSL_VERIFY=false: THE PROVIDER'S CERTIFICATE IS NOT CHECKED. ANYONE ON THE WAY CAN READ "
        "YOUR KEY.\n";
  }
  if (!launch.demo && !is_loopback(config.host) && config.anthropic_api_key.empty()) {
    text += fmt::format(
        "  warning: anyone who reaches {}:{} can spend your provider's credit; set HOST=127.0.0.1, or "
        "ANTHROPIC_API_KEY to require a "
        "key\n",
        config.host, port);
  }
  return text;
}

}  // namespace

std::string banner(const config::Config& config, const Launch& launch, std::uint16_t port) {
  const auto url = client_url(config, port);
  const bool checked = !config.anthropic_api_key.empty();
  std::string text = fmt::format("claude-code-proxy {} listening on {}\n", CCP_VERSION, url);
  text += fmt::format("  provider  {}\n", provider(config, launch));
  text += fmt::format("  models    opus -> {}, sonnet -> {}, haiku -> {}\n", config.big_model,
                      config.middle_model, config.small_model);
  text += fmt::format("  limits    max_tokens {} to {}, provider silence {} s\n", config.min_tokens_limit,
                      config.max_tokens_limit, config.request_timeout);
  text += fmt::format("  clients   {}\n", clients(config));
  text += warnings(config, launch, port);
  text +=
      "  windows   Claude Code believes in 1,000,000 tokens, also for names it does not know; for less set "
      "there "
      "CLAUDE_CODE_AUTO_COMPACT_WINDOW (100000 or more), or for unknown names "
      "CLAUDE_CODE_MAX_CONTEXT_TOKENS\n";
  text +=
      fmt::format("\nConnect Claude Code with:\n\n  ANTHROPIC_BASE_URL={} ANTHROPIC_API_KEY={} claude\n\n",
                  url, checked ? "YOUR_KEY" : "any");
  text += config.safety_model.empty()
              ? "In auto mode set SAFETY_MODEL here to a model that judges the actions, or add "
                "CLAUDE_CODE_AUTO_MODE_SERVER=0 there: Claude Code then checks them with its own requests, "
                "without a notice.\n\n"
              : fmt::format("In auto mode {} judges the actions (SAFETY_MODEL).\n\n", config.safety_model);
  return text;
}

}  // namespace ccp::process
