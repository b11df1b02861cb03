#include "endpoints/models.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/percent.h"
#include "endpoints/model_list.h"
#include "proxy/delivery.h"
#include "proxy/provider_models.h"

namespace ccp::endpoints {

using proxy::Record;
using proxy::Shared;
using proxy::Worker;

namespace {

constexpr std::string_view prefix = "/v1/models/";

net::Task<void> respond(http::Exchange& exchange, Result<std::string> body, Record& record) {
  if (!body) {
    co_await respond_error(exchange, body.error(), record);
    co_return;
  }
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  response.body = std::move(*body);
  record.status = response.status;
  note_left(co_await exchange.respond(std::move(response)), record);
}

/// The id in the path, whatever stands in front of the endpoint.
std::string id_in(std::string_view path) {
  const auto at = path.find(prefix);
  return percent_decoded(path.substr(std::min(at, path.size() - prefix.size()) + prefix.size()));
}

/// Bytes of a name that is answered.
constexpr std::size_t longest_id = 512;

/// Printable ASCII, as ids of models are.
bool is_text(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

Result<std::string> find(const Shared& shared, const std::vector<openai::Model>& models,
                         const std::string& id) {
  if (id.size() > longest_id || !is_text(id)) {
    return client_error(ErrorKind::not_found, fmt::format("model: {}", one_line(id.substr(0, 256))));
  }
  return model_json(model_of(shared.models, models, shared.origin.host, id));
}

}  // namespace

net::Task<void> list_models(Worker& worker, http::Exchange& exchange, Record& record) {
  const auto page = parse_page(exchange.head().query);
  if (!page) {
    co_await respond_error(exchange, page.error(), record);
    co_return;
  }
  const auto provider = co_await provider_models(worker, exchange);
  const auto models = listed_models(worker.shared.models, provider, worker.shared.origin.host);
  co_await respond(exchange, models_json(models, *page), record);
}

net::Task<void> one_model(Worker& worker, http::Exchange& exchange, Record& record) {
  const auto id = id_in(exchange.head().path);
  const auto provider = co_await provider_models(worker, exchange);
  co_await respond(exchange, find(worker.shared, provider, id), record);
}

}  // namespace ccp::endpoints
