#include "provider/requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/percent.h"

namespace ccp::provider {

namespace {

/// Whether the path is complete but for the endpoint: one deployment, or Azure's v1 interface.
bool names_deployment(std::string_view prefix) {
  const auto parent = prefix.substr(0, prefix.rfind('/'));
  return parent.ends_with("/openai/deployments") || prefix.ends_with("/openai/v1");
}

std::string with_version(const config::Config& config, const std::string& target) {
  return target + "?api-version=" + percent_encoded(config.azure_api_version);
}

/// Sets a header, in place of one of the same name.
void set(std::vector<upstream::HeaderField>& headers, std::string_view name, std::string_view value) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return same_ignoring_case(header.name, name); });
  if (found == headers.end()) {
    headers.push_back({std::string(name), std::string(value)});
  } else {
    *found = {std::string(name), std::string(value)};
  }
}

void add_headers(const config::Config& config, upstream::Request& request) {
  set(request.headers, "User-Agent", "claude-code-proxy/" CCP_VERSION);
  if (const auto key = config.openai_api_key.reveal(); !key.empty()) {
    if (config.azure_api_version.empty()) {
      set(request.headers, "Authorization", "Bearer " + std::string(key));
    } else {
      set(request.headers, "api-key", key);
    }
  }
  for (const auto& header : config.custom_headers) set(request.headers, header.name, header.value.reveal());
}

std::string chat_target(const config::Config& config, const upstream::Origin& origin,
                        std::string_view model) {
  if (config.azure_api_version.empty()) return origin.prefix + "/chat/completions";
  if (names_deployment(origin.prefix)) return with_version(config, origin.prefix + "/chat/completions");
  return with_version(config, fmt::format("{}/openai/deployments/{}/chat/completions", origin.prefix,
                                          percent_encoded(model)));
}

std::string models_target(const config::Config& config, const upstream::Origin& origin) {
  if (config.azure_api_version.empty()) return origin.prefix + "/models";
  const auto resource = origin.prefix.substr(0, origin.prefix.find("/openai/"));
  return with_version(config, resource + "/openai/models");
}

}  // namespace

upstream::Request chat_request(const config::Config& config, const upstream::Origin& origin,
                               std::string_view model, bool stream) {
  upstream::Request request;
  request.target = chat_target(config, origin, model);
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", stream ? "text/event-stream" : "application/json"}};
  add_headers(config, request);
  return request;
}

upstream::Request models_request(const config::Config& config, const upstream::Origin& origin) {
  upstream::Request request;
  request.method = "GET";
  request.target = models_target(config, origin);
  request.headers = {{"Accept", "application/json"}};
  add_headers(config, request);
  return request;
}

upstream::Request server_request(const config::Config& config, const upstream::Origin& origin,
                                 std::string_view endpoint, std::string_view body) {
  upstream::Request request;
  std::string_view root = origin.prefix;
  if (root.ends_with("/v1")) root.remove_suffix(3);
  request.target = fmt::format("{}{}", root, endpoint);
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  add_headers(config, request);
  request.body = body;
  return request;
}

std::string without_secrets(const config::Config& config, std::string text) {
  text = config.openai_api_key.removed_from(std::move(text));
  for (const auto& header : config.custom_headers) text = header.value.removed_from(std::move(text));
  return text;
}

}  // namespace ccp::provider
