#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/reader.h"
#include "proxy/shared.h"
#include "translate/request.h"

namespace ccp::proxy {

/// A client's request, ready to be forwarded: nothing in it points into the client's body any more.
struct Prepared {
  std::string body;  ///< the provider's JSON
  std::string model;
  std::string upstream_model;
  bool stream = false;
  bool thinking = true;  ///< the client wants to see reasoning
  bool clamped = false;
  std::int64_t input_tokens = 1;
  std::vector<std::string> stop_sequences;
  translate::ToolNames names;
  std::vector<std::string> warnings;
};

/// Parses and translates a body of POST /v1/messages. Synchronous, so that one `reader` serves all requests
/// of a worker.
Result<Prepared> prepare(json::Reader& reader, std::string& body, const Shared& shared);

}  // namespace ccp::proxy
