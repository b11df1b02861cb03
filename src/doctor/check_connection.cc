#include <fmt/format.h>

#include <array>

#include "base/loopback.h"
#include "doctor/checks.h"
#include "doctor/local.h"
#include "doctor/names.h"

namespace ccp::doctor {

namespace {

struct Known {
  std::string_view host, base_url;
};

constexpr std::array known_hosts = {
    Known{"api.openai.com", "https://api.openai.com/v1"},
    Known{"openrouter.ai", "https://openrouter.ai/api/v1"},
    Known{"api.groq.com", "https://api.groq.com/openai/v1"},
    Known{"api.x.ai", "https://api.x.ai/v1"},
    Known{"api.mistral.ai", "https://api.mistral.ai/v1"},
    Known{"generativelanguage.googleapis.com", "https://generativelanguage.googleapis.com/v1beta/openai"},
};

std::string url_of(const upstream::Origin& origin) {
  return fmt::format("{}://{}{}", origin.tls ? "https" : "http", origin.authority(), origin.prefix);
}

/// The same host with a path at which a list of models is found; empty when there is none.
std::string better_base_url(Provider& provider) {
  const auto& origin = provider.shared.origin;
  if (auto known = known_base_url(origin); !known.empty() && known != url_of(origin)) return known;
  for (const std::string_view path : {"/v1", "/api/v1", "/api"}) {
    auto other = origin;
    other.prefix = path == "/v1" ? origin.prefix + "/v1" : std::string(path);
    if (other.prefix == origin.prefix) continue;
    const auto list = list_models(provider, other);
    if (list.status == 200 && list.problem.empty()) return url_of(other);
  }
  return {};
}

Finding no_list(Provider& provider, const ModelList& list) {
  const auto what = fmt::format("{} gives no list of models: {}", provider.shared.origin.host, list.problem);
  if (!provider.shared.config.azure_api_version.empty())
    return {Verdict::info, "models", "Azure lists no deployments; each model is tried below", ""};
  const auto better = better_base_url(provider);
  if (better.empty()) return {Verdict::warn, "models", what, ""};
  return {Verdict::fail, "base URL", fmt::format("nothing is at {}", url_of(provider.shared.origin)),
          "set OPENAI_BASE_URL=" + better};
}

Finding key_finding(const proxy::Shared& shared, const ModelList& list) {
  if (list.status == 401 || list.status == 403)
    return {Verdict::fail, "key", list.problem, "set OPENAI_API_KEY to a key of " + shared.origin.host};
  return {Verdict::ok, "key", shared.config.openai_api_key.empty() ? "none is sent" : "not refused", ""};
}

std::string connection(const proxy::Shared& shared) {
  const auto* via = shared.upstream_options.proxies.towards(shared.origin);
  auto text = shared.origin.authority() + (shared.origin.tls ? ", TLS" : ", plain text");
  if (via != nullptr) text += ", through the proxy " + via->authority();
  return text;
}

std::string connection_cure(const proxy::Shared& shared, std::string_view problem) {
  if (problem.contains("resolve"))
    return "check the host in OPENAI_BASE_URL, and HTTPS_PROXY if you need a proxy";
  if (problem.contains("certificate"))
    return "set SSL_CA_FILE to the PEM file of the authority that signed it";
  if (problem.contains("plain http")) return "OPENAI_BASE_URL should begin with http://";
  if (shared.origin.tls) return "check OPENAI_BASE_URL, the network, and HTTPS_PROXY if you need a proxy";
  return "check OPENAI_BASE_URL, and that the server runs";
}

/// Ollama lists `qwen3:latest` and takes `qwen3`.
bool names_same(std::string_view id, std::string_view model) {
  return id == model || id == std::string(model) + ":latest";
}

Finding not_listed(const ModelList& list, std::string_view variable, const std::string& model) {
  const auto what = fmt::format("{}={} is not in the list", variable, model);
  if (list.models.size() == 1) {
    const auto& only = list.models[0];
    if (only.owned_by == "llamacpp")
      return {Verdict::info, "models", fmt::format("{}, but {} answers to any name", what, only.id), ""};
    return {Verdict::warn, "models", what,
            fmt::format("set {}={}, the one model that the server has", variable, only.id)};
  }
  const auto near = near_matches(model, list.ids);
  const auto cure = near.empty() ? fmt::format("set {} to a model of the list", variable)
                                 : fmt::format("did you mean {}={}", variable, fmt::join(near, " or "));
  return {Verdict::warn, "models", what, cure};
}

}  // namespace

std::string known_base_url(const upstream::Origin& origin) {
  for (const auto& known : known_hosts) {
    if (origin.host == known.host) return std::string(known.base_url);
  }
  return {};
}

Findings check_settings(const proxy::Shared& shared, bool demo) {
  const auto& config = shared.config;
  Findings findings;
  findings.push_back({Verdict::ok, "settings", "usable", ""});
  if (demo) findings.push_back({Verdict::info, "provider", "the built-in demo provider", ""});
  if (!demo && !config.was_given("OPENAI_BASE_URL"))
    findings.push_back({Verdict::warn, "provider",
                        "OPENAI_BASE_URL is not set: your key goes to " + shared.origin.host,
                        "set OPENAI_BASE_URL, if that is not your provider"});
  if (!config.ssl_verify)
    findings.push_back({Verdict::warn, "TLS", "SSL_VERIFY=false: anyone on the way can read your key",
                        "set SSL_CA_FILE instead"});
  if (!shared.origin.tls && !config.openai_api_key.empty() && !is_loopback(shared.origin.host))
    findings.push_back({Verdict::warn, "TLS", "the key goes in plain text to " + shared.origin.host, ""});
  if (config.came_from_shell("ANTHROPIC_API_KEY"))
    findings.push_back({Verdict::info, "clients",
                        "must send the ANTHROPIC_API_KEY of your shell, because the proxy reads it too", ""});
  if (!shared.pdf_to_text && config.pdf_to_text != "off" && !shared.profiles.of(shared.models.big).files)
    findings.push_back({Verdict::warn, "PDFs", "cannot be read: there is no " + config.pdf_to_text,
                        "install poppler-utils, or set PDF_TO_TEXT=off"});
  const auto at = local_proxy(config).authority();
  findings.push_back(ask_health(config) ? Finding{Verdict::info, "proxy", "one answers at http://" + at, ""}
                                        : Finding{Verdict::info, "proxy", "none runs at http://" + at, ""});
  return findings;
}

Findings check_connection(Provider& provider, ModelList& list, bool& reachable) {
  const auto& shared = provider.shared;
  list = list_models(provider, shared.origin);
  if (list.status == 0)
    return {{Verdict::fail, "connection", list.problem, connection_cure(shared, list.problem)}};
  Findings findings = {{Verdict::ok, "connection", connection(shared), ""}};
  findings.push_back(key_finding(shared, list));
  if (list.problem.empty()) {
    findings.push_back(
        {Verdict::ok, "models", fmt::format("{} in the provider's list", list.ids.size()), ""});
  } else if (findings.back().verdict != Verdict::fail) {
    findings.push_back(no_list(provider, list));
  }
  reachable = findings.back().verdict != Verdict::fail;
  return findings;
}

Findings check_names(const proxy::Shared& shared, const ModelList& list) {
  Findings findings;
  if (list.ids.empty()) return findings;
  const std::pair<std::string_view, const std::string&> models[] = {{"BIG_MODEL", shared.models.big},
                                                                    {"MIDDLE_MODEL", shared.models.middle},
                                                                    {"SMALL_MODEL", shared.models.small}};
  for (const auto& [variable, model] : models) {
    if (std::ranges::any_of(list.ids, [&](const auto& id) { return names_same(id, model); })) continue;
    findings.push_back(not_listed(list, variable, model));
  }
  return findings;
}

}  // namespace ccp::doctor
