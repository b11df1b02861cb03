#include "endpoints/count_tokens.h"

#include "anthropic/messages.h"
#include "json/writer.h"
#include "proxy/delivery.h"
#include "proxy/prepare.h"
#include "proxy/provider_tokens.h"
#include "translate/tokens.h"

namespace ccp::endpoints {

using proxy::PromptCount;
using proxy::Record;
using proxy::Worker;

namespace {

/// A prompt's count, and what the API says of its edits.
struct Counted {
  PromptCount prompt;
  bool manages_context = false;
  std::int64_t cleared = 0;  ///< tokens that edits took out
};

/// What can be counted at once; what it was asked for goes to the record.
Result<Counted> count(Worker& worker, std::string& body, Record& record) {
  const auto request = anthropic::parse(worker.reader, body, anthropic::Endpoint::count_tokens);
  if (!request) return std::unexpected(request.error());
  record.model = request->model.substr(0, 256);
  const auto& shared = worker.shared;
  record.upstream_model = upstream_model(shared, *request);
  Counted counted{.prompt = count_prompt(*request, shared, shared.profiles.of(record.upstream_model),
                                         record.upstream_model),
                  .manages_context = request->manages_context};
  for (const auto& edit : request->applied_edits) counted.cleared += edit.cleared_input_tokens;
  return counted;
}

/// The provider's own count, where it has one.
net::Task<std::optional<std::int64_t>> theirs(Worker& worker, http::Exchange& exchange, std::string& body,
                                              const Record& record) {
  const auto how = co_await tokenizer(worker, exchange, record.upstream_model);
  if (how == translate::Tokenize::none) co_return std::nullopt;
  auto question = tokenize_body(worker, body, record.upstream_model);
  if (!question) co_return std::nullopt;
  co_return co_await provider_tokens(worker, exchange, how, record.upstream_model, std::move(*question));
}

/// Our own, in the provider's measure.
net::Task<std::int64_t> ours(Worker& worker, PromptCount& count, const Record& record) {
  co_await complete(worker, count);
  co_return worker.shared.calibration.line(record.upstream_model).of(count.tokens);
}

std::string answer(const Counted& counted, std::int64_t tokens, double scale) {
  std::string json;
  json::Writer writer(json);
  writer.begin_object().key("input_tokens").integer(translate::scaled_tokens(tokens, scale));
  writer.key("context_management");
  if (counted.manages_context) {
    writer.begin_object()
        .key("original_input_tokens")
        .integer(translate::scaled_tokens(tokens + counted.cleared, scale))
        .end_object();
  } else {
    writer.null();
  }
  writer.end_object();
  return json;
}

}  // namespace

net::Task<void> count_tokens(Worker& worker, http::Exchange& exchange, Record& record) {
  auto body = co_await exchange.read_body();
  if (!body) {
    co_await respond_error(exchange, body.error(), record);
    co_return;
  }
  auto counted = count(worker, *body, record);
  worker.reader.shrink();
  if (!counted) {
    co_await respond_error(exchange, counted.error(), record);
    co_return;
  }
  const auto asked = co_await theirs(worker, exchange, *body, record);
  std::string().swap(*body);
  if (asked) {
    if (counted->prompt.rest.empty()) {
      worker.shared.calibration.learn(record.upstream_model, counted->prompt.tokens, *asked);
    }
    record.usage.input_tokens = *asked;
  } else {
    record.usage.input_tokens = co_await ours(worker, counted->prompt, record);
  }
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  response.body =
      answer(*counted, record.usage.input_tokens, usage_scale(worker.shared, record.upstream_model));
  record.status = response.status;
  note_left(co_await exchange.respond(std::move(response)), record);
}

}  // namespace ccp::endpoints
