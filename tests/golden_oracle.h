#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "golden_json.h"

/// What a client makes of an answer, and what a person said that it must be.
namespace ccp::golden {

/// An answer as the official SDK accumulates it. Blocks are canonical JSON, thinking blocks without their
/// signature; a tool input that is no JSON is given as `partial_json` instead of `input`.
struct Outcome {
  std::vector<std::string> blocks;
  Fields message;  ///< stop_reason, stop_sequence, id, model, role
  Fields usage;
  std::optional<Fields> error;  ///< type and message, when the stream ended in an error event
};

/// Reads a stream as a strict client does: the order of events, one block open at a time, indices without
/// gaps, deltas of the block's own type, a signature last in each thinking block, one ending. Fails on the
/// first violation.
Result<Outcome> accumulate(std::string_view stream);

/// Reads a non-streaming message.
Result<Outcome> read_message(std::string_view body);

/// The differences between an outcome and an expect.json, one a line; empty when there are none.
std::string differences(const Outcome& outcome, std::string_view expect);

}  // namespace ccp::golden
