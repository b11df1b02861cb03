#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "upstream/client.h"

/// How requests to the provider look: their target and headers follow from the configuration.
namespace ccp::provider {

/// `POST …/chat/completions`. On Azure (learn.microsoft.com, "Azure OpenAI REST API reference") `model` names
/// the deployment in the path, unless the base URL names one already, and the key goes as `api-key`. The body
/// is left to the caller.
upstream::Request chat_request(const config::Config& config, const upstream::Origin& origin,
                               std::string_view model, bool stream);

/// `GET …/models`, the provider's list. On Azure it lists what a resource could deploy.
upstream::Request models_request(const config::Config& config, const upstream::Origin& origin);

/// `POST {endpoint}` beside the provider's `/v1`, with `body` as JSON: where servers that run the model
/// themselves have their own endpoints. `body` must outlive the request.
upstream::Request server_request(const config::Config& config, const upstream::Origin& origin,
                                 std::string_view endpoint, std::string_view body);

/// `text` without any of the secrets that go to the provider: for words that come back from there.
std::string without_secrets(const config::Config& config, std::string text);

}  // namespace ccp::provider
