#include "anthropic/messages.h"
#include "json/writer.h"
#include "proxy/delivery.h"
#include "proxy/prepare.h"
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
  return count_prompt(*request, worker.shared.token_memo);
}

/// The provider's tokens, in the client's measure.
std::int64_t told(const Shared& shared, const PromptCount& count, Record& record) {
  record.usage.input_tokens =
      translate::scaled_tokens(count.tokens, shared.calibration.factor(record.upstream_model));
  return translate::scaled_tokens(record.usage.input_tokens, usage_scale(shared, record.upstream_model));
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
  std::string().swap(*body);
  co_await complete(worker, *counted);
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  json::Writer(response.body)
      .begin_object()
      .key("input_tokens")
      .integer(told(worker.shared, *counted, record))
      .end_object();
  record.status = response.status;
  co_await exchange.respond(std::move(response));
}

}  // namespace ccp::proxy
