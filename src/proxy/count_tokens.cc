#include "anthropic/messages.h"
#include "json/writer.h"
#include "proxy/delivery.h"
#include "proxy/prepare.h"
#include "proxy/service.h"
#include "route/models.h"
#include "translate/tokens.h"

namespace ccp::proxy {

namespace {

/// The count in the client's measure; what it was asked for goes to the record.
Result<std::int64_t> count(Worker& worker, std::string& body, Record& record) {
  const auto request = anthropic::parse(worker.reader, body, anthropic::Endpoint::count_tokens);
  if (!request) return std::unexpected(request.error());
  record.model = request->model.substr(0, 256);
  record.upstream_model = route::upstream_model(worker.shared.models, record.model);
  record.usage.input_tokens = translate::estimate_tokens(*request);
  return translate::scaled_tokens(record.usage.input_tokens,
                                  usage_scale(worker.shared, record.upstream_model));
}

}  // namespace

net::Task<void> count_tokens(Worker& worker, http::Exchange& exchange, Record& record) {
  auto body = co_await exchange.read_body();
  if (!body) {
    co_await respond_error(exchange, body.error(), record);
    co_return;
  }
  const auto tokens = count(worker, *body, record);
  worker.reader.shrink();
  if (!tokens) {
    co_await respond_error(exchange, tokens.error(), record);
    co_return;
  }
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  json::Writer(response.body).begin_object().key("input_tokens").integer(*tokens).end_object();
  record.status = response.status;
  co_await exchange.respond(std::move(response));
}

}  // namespace ccp::proxy
