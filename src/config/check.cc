#include "config/check.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/loopback.h"
#include "config/options.h"

namespace ccp::config {

namespace {

std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  auto host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find_first_of(":/"));
}

bool is_loopback_url(std::string_view url) { return is_loopback(host_of(url)); }

/// A server with names of containers and hosts without a dot is the user's own, as one on loopback is.
bool is_on_this_machine(std::string_view url) {
  const auto host = lower(host_of(url));
  const bool one_label = !host.empty() && !host.contains('.') && !host.contains(':');
  return is_loopback(host) || one_label || host == "0.0.0.0" || host.ends_with(".localhost") ||
         host.ends_with(".docker.internal") || host.ends_with(".containers.internal") ||
         host == "172.17.0.1";  // the host, seen from Docker's own network
}

/// Seconds that a silent provider on this machine gets unless REQUEST_TIMEOUT says otherwise: it may read a
/// prompt for minutes before its first byte.
constexpr std::int64_t local_request_timeout = 600;

/// Azure's portal shows the whole URL of a deployment, `…/chat/completions?api-version=V`.
void take_api_version(Config& config) {
  auto& url = config.openai_base_url;
  constexpr std::string_view parameter = "?api-version=";
  const auto at = url.find(parameter);
  if (at == std::string::npos) return;
  if (config.azure_api_version.empty()) config.azure_api_version = url.substr(at + parameter.size());
  url.resize(at);
}

void complete_base_url(Config& config) {
  auto& url = config.openai_base_url;
  take_api_version(config);
  while (url.ends_with('/')) url.pop_back();
  constexpr std::string_view endpoint = "/chat/completions";
  if (url.ends_with(endpoint)) url.resize(url.size() - endpoint.size());
}

void check_base_url(const Config& config, Problems& problems) {
  const auto& url = config.openai_base_url;
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

}  // namespace

void check_whole(Config& config, Purpose purpose, Problems& problems) {
  if (config.middle_model.empty()) config.middle_model = config.big_model;
  if (config.min_tokens_limit > config.max_tokens_limit) {
    problems.lines.push_back(
        fmt::format("MIN_TOKENS_LIMIT: {} is not allowed; expected at most MAX_TOKENS_LIMIT, which is {}",
                    config.min_tokens_limit, config.max_tokens_limit));
  }
  if (!config.ssl_client_key_file.empty() && config.ssl_client_cert_file.empty()) {
    problems.lines.emplace_back(
        "SSL_CLIENT_KEY_FILE: set without SSL_CLIENT_CERT_FILE; expected the certificate that belongs to the "
        "key");
  }
  complete_base_url(config);
  if (!config.was_given("REQUEST_TIMEOUT") && is_on_this_machine(config.openai_base_url))
    config.request_timeout = local_request_timeout;
  if (purpose == Purpose::demo) return;
  check_base_url(config, problems);
  if (purpose == Purpose::inspect) return;
  if (config.openai_api_key.empty() && !config.was_given("OPENAI_API_KEY") &&
      !is_loopback_url(config.openai_base_url)) {
    problems.lines.push_back(
        "OPENAI_API_KEY: not set; set it to your provider's key (in the environment or a .env file), or "
        "start with --demo to try "
        "the built-in demo provider");
  }
  check_key_owner(config, problems);
}

}  // namespace ccp::config
