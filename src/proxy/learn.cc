#include "proxy/learn.h"

#include <fmt/format.h>

#include "translate/adjust.h"
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

std::optional<translate::ProfileSetting> learn_refusal(Shared& shared, const Prepared& prepared,
                                                       const Refused& refused) {
  learn_window(shared, prepared, refused.error, refused.body);
  const auto kind = refused.error.kind;
  const bool no_parameter = kind == ErrorKind::context_overflow || kind == ErrorKind::cut_answer ||
                            kind == ErrorKind::rate_limit || kind == ErrorKind::unavailable ||
                            kind == ErrorKind::loading;
  if (no_parameter || refused.status == 0) return std::nullopt;
  return translate::adjustment({.status = refused.status,
                                .body = refused.body,
                                .profile = prepared.profile,
                                .max_tokens = prepared.max_tokens});
}

std::optional<Result<Prepared>> prepare_changed(json::Reader& reader, std::string& body, Shared& shared,
                                                const Prepared& refused, PrepareOptions options,
                                                const Error& refusal) {
  const auto& change = *options.change;
  auto changed = prepare(reader, body, shared, std::move(options));
  if (changed && changed->body == refused.body) return std::nullopt;
  learn_setting(shared, refused.upstream_model, change, "it said: " + refusal.message.substr(0, 200));
  return changed;
}

void learn_setting(Shared& shared, std::string_view model, const translate::ProfileSetting& setting,
                   std::string_view because) {
  if (!shared.profiles.learn(model, setting)) return;
  const auto& [name, value] = setting;
  const auto& host = shared.origin.host;
  shared.log.write(LogLevel::warning,
                   fmt::format("learned from {}: {}={} for {}, because {} - to have it from the start, put "
                               "this line into PROFILES_FILE: {} {} {}={}",
                               host, name, value, model, because, host, model, name, value));
}

}  // namespace ccp::proxy
