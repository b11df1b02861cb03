#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "doctor/provider.h"

namespace ccp::doctor {

/// What the settings say, before anything is sent.
Findings check_settings(const proxy::Shared& shared, bool demo);

/// Name, connection, TLS, key and list of models. `reachable` is set when it makes sense to go on.
Findings check_connection(Provider& provider, ModelList& list, bool& reachable);

/// Whether the configured models are in the list.
Findings check_names(const proxy::Shared& shared, const ModelList& list);

/// Where findings go as they come, and what is being waited for now.
struct Reporter {
  std::function<void(const Finding&)> found;
  std::function<void(std::string_view what)> waiting;
};

/// Each model once; with the first of them streaming, token counts, tools, images and the context window.
/// Ends within the provider's time: what was not tried for lack of it is said.
void check_models(Provider& provider, const ModelList& list, const Reporter& reporter);

/// Whether the window of `model` holds Claude Code's work. The server is asked; best when the model is
/// loaded.
Finding check_window(Provider& provider, const ModelList& list, const std::string& model);

/// The cure for an error on the way to a model.
std::string cure_for(const Error& error, const proxy::Shared& shared);

/// The base URL that was probably meant: complete for hosts that are known by name; else empty.
std::string known_base_url(const upstream::Origin& origin);

}  // namespace ccp::doctor
