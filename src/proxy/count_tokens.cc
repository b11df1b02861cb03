#include "anthropic/messages.h"
#include "json/writer.h"
#include "proxy/delivery.h"
#include "proxy/prepare.h"
#include "proxy/provider_tokens.h"
#include "proxy/service.h"
#include "route/models.h"
#include "translate/tokens.h"

namespace ccp::proxy {

namespace {

/// What can be counted at once; what it was asked for goes to the record.
Result<PromptCount> count(Worker& worker, std::string& body, Record& record) {
  const auto request = anthropic::parse(worker.reader, body, anthropic::Endpoint::count_tokens);
  if (!request) return std::unexpected(request.error());
  record.model = request->model.substr(0, 256);
  record.upstream_model = route::upstream_model(worker.shared.models, record.model);
  const auto& shared = worker.shared;
  return count_prompt(*request, shared, shared.profiles.of(record.upstream_model), record.upstream_model);
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
    if (counted->rest.empty()) {
      worker.shared.calibration.learn(record.upstream_model, counted->tokens, *asked);
    }
    record.usage.input_tokens = *asked;
  } else {
    record.usage.input_tokens = co_await ours(worker, *counted, record);
  }
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  json::Writer(response.body)
      .begin_object()
      .key("input_tokens")
      .integer(translate::scaled_tokens(record.usage.input_tokens,
                                        usage_scale(worker.shared, record.upstream_model)))
      .end_object();
  record.status = response.status;
  note_left(co_await exchange.respond(std::move(response)), record);
}

}  // namespace ccp::proxy
