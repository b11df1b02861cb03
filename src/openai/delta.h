#pragma once

#include "openai/chunk.h"

namespace ccp::openai {

/// Reads a choice's `delta`, or its `message`, into `chunk`. Null says nothing.
Result<void> read_delta(json::Value value, Chunk& chunk);

}  // namespace ccp::openai
