#include "proxy/prepare.h"

#include "anthropic/messages.h"
#include "route/models.h"
#include "route/profiles.h"
#include "translate/tokens.h"

namespace ccp::proxy {

Result<Prepared> prepare(json::Reader& reader, std::string& body, const Shared& shared) {
  const auto request = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  if (!request) return std::unexpected(request.error());

  Prepared prepared;
  prepared.model = request->model;
  prepared.upstream_model = route::upstream_model(shared.models, request->model);
  const auto profile = route::profile(shared.origin.host, prepared.upstream_model);
  const translate::Limits limits{.min_tokens = shared.config.min_tokens_limit,
                                 .max_tokens = shared.config.max_tokens_limit};
  auto translated = translate::request(*request, prepared.upstream_model, profile, limits);
  if (!translated) return std::unexpected(std::move(translated.error()));

  prepared.body.reserve(body.size() + body.size() / 8);
  openai::write(translated->chat, prepared.body);
  prepared.stream = request->stream;
  prepared.thinking = !request->thinking || request->thinking->type != anthropic::Thinking::Type::disabled;
  prepared.clamped = translated->clamped;
  prepared.input_tokens = translate::estimate_tokens(*request);
  prepared.stop_sequences.assign(request->stop_sequences.begin(), request->stop_sequences.end());
  prepared.names = std::move(translated->names);
  prepared.warnings = std::move(translated->warnings);
  return prepared;
}

}  // namespace ccp::proxy
