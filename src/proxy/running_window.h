#pragma once

#include "proxy/delivery.h"
#include "proxy/worker.h"

namespace ccp::proxy {

/// Whether the provider is Ollama, by the owner of its models or its port.
bool runs_ollama(const upstream::Origin& origin, const std::vector<openai::Model>& models);

/// The provider read only a part of a prompt, and said nothing: tells the operator, with the cure. From
/// Ollama the window that it gives the model is asked for and learned, so that the next prompt that does not
/// fit is refused in the words that make the client compact.
net::Task<void> note_cut_prompt(Worker& worker, http::Exchange& exchange, const Prepared& prepared,
                                std::int64_t cut_to, const Record& record);

}  // namespace ccp::proxy
