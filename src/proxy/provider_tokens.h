#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.h"
#include "net/asio.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// Whether the provider counts the tokens of `model`'s prompts, and how: as the profile says or, where that
/// is to be detected, as the owner in its list of models shows. What is found is remembered.
net::Task<translate::Tokenize> tokenizer(Worker& worker, http::Exchange& exchange, std::string model);

/// The provider's request for a count of a body of POST /v1/messages/count_tokens: model, messages and tools
/// as a conversation would have them. Nullopt for a prompt with images or files, which these endpoints do not
/// count, and for one that cannot be translated.
std::optional<std::string> tokenize_body(Worker& worker, std::string& body, std::string_view model);

/// Asks for the count. Nullopt when there is none; a provider without the endpoint is not asked again.
net::Task<std::optional<std::int64_t>> provider_tokens(Worker& worker, http::Exchange& exchange,
                                                       translate::Tokenize how, std::string model,
                                                       std::string body);

}  // namespace ccp::proxy
