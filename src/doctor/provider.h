#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/finding.h"
#include "doctor/session.h"
#include "openai/models.h"

namespace ccp::doctor {

/// What the checks share: the configuration as the proxy uses it, and the connection.
struct Provider {
  proxy::Shared& shared;
  Session& session;
  json::Reader reader;
  std::chrono::steady_clock::time_point end =
      std::chrono::steady_clock::now() + whole_time;  ///< of all trials

  /// All trials together take no longer: nobody waits longer for a check.
  static constexpr std::chrono::seconds whole_time{50};
};

/// What a model did with a small request, sent through the proxy's own translation.
struct Trial {
  std::string text;
  std::string finish_reason;
  bool called_tool = false;
  bool counted = false;  ///< usage came
  bool streamed = false;
};

/// Sends a Messages request (JSON) as the proxy would send it. The error carries the provider's reason in the
/// client's words.
Result<Trial> try_request(Provider& provider, std::string messages_json);

/// How long the next trial may take; 0: there is no time left.
std::chrono::seconds patience(const Provider& provider);

/// The provider's list of models; the status tells refusals apart (0: no answer at all).
struct ModelList {
  int status = 0;
  std::string problem;  ///< empty when `ids` is the list
  std::vector<std::string> ids;
  std::vector<openai::Model> models;
};
ModelList list_models(Provider& provider, const upstream::Origin& origin);

/// What is known of a model's context window, in tokens; 0: nothing.
struct WindowFacts {
  enum class Server : std::uint8_t { other, ollama, llamacpp, vllm };
  Server server = Server::other;
  std::int64_t served = 0;   ///< what the server gives it
  std::int64_t trained = 0;  ///< the longest that it was trained for
  std::int64_t set = 0;      ///< CONTEXT_WINDOW
  std::int64_t published = 0;

  /// The one that counts.
  [[nodiscard]] std::int64_t window() const;
  /// Which of them that is.
  [[nodiscard]] std::string_view source() const;
};

/// Reads `list` and, of a server on its own machine, what it tells beside: Ollama's /api/ps and /api/show,
/// llama.cpp's /props.
WindowFacts window_facts(Provider& provider, const ModelList& list, const std::string& model);

}  // namespace ccp::doctor
