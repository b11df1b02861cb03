#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/finding.h"
#include "doctor/session.h"

namespace ccp::doctor {

/// What the checks share: the configuration as the proxy uses it, and the connection.
struct Provider {
  const proxy::Shared& shared;
  Session& session;
  json::Reader reader;
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

/// The provider's list of models; the status tells refusals apart (0: no answer at all).
struct ModelList {
  int status = 0;
  std::string problem;  ///< empty when `ids` is the list
  std::vector<std::string> ids;
};
ModelList list_models(Provider& provider, const upstream::Origin& origin);

}  // namespace ccp::doctor
