#pragma once

#include "base/result.h"
#include "openai/chunk.h"
#include "proxy/prepare.h"
#include "proxy/shared.h"

namespace ccp::proxy {

/// Keeps the context window that the provider's refusal, before the answer or inside it, tells of: `said` are
/// its own words, `error` what was made of them. Says once in the log that it was learned.
void learn_window(Shared& shared, const Prepared& prepared, const Error& error,
                  const openai::ErrorBody& said);

}  // namespace ccp::proxy
