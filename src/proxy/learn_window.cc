#include "proxy/learn_window.h"

#include <fmt/format.h>

#include "translate/overflow.h"

namespace ccp::proxy {

void learn_window(Shared& shared, const Prepared& prepared, const Error& error,
                  const openai::ErrorBody& said) {
  if (error.kind != ErrorKind::context_overflow) return;
  const auto limit = translate::overflow_limit(said);
  const bool is_our_own = limit == prepared.max_tokens;  // in words that were not understood
  if (!limit || is_our_own) return;
  const auto& model = prepared.upstream_model;
  if (!shared.windows.learn(model, *limit, std::chrono::steady_clock::now())) return;
  shared.log.limited(LogLevel::info, "window " + model,
                     fmt::format("{} takes {} tokens, says {}", model, *limit, shared.origin.host));
}

}  // namespace ccp::proxy
