#include "endpoints/status.h"

#include "endpoints/timestamp.h"
#include "json/writer.h"
#include "proxy/delivery.h"

namespace ccp::endpoints {

using proxy::Record;
using proxy::Shared;
using proxy::Worker;

namespace {

std::string root_json(const Shared& shared) {
  const auto& config = shared.config;
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.field("message", "claude-code-proxy " CCP_VERSION).field("status", "running");
  json.key("config").begin_object();
  json.field("openai_base_url", config.openai_base_url)
      .key("max_tokens_limit")
      .integer(config.max_tokens_limit);
  json.key("api_key_configured").boolean(!config.openai_api_key.empty());
  json.key("client_api_key_validation").boolean(!config.anthropic_api_key.empty());
  json.field("big_model", config.big_model).field("small_model", config.small_model).end_object();
  json.key("endpoints").begin_object();
  json.field("messages", "/v1/messages")
      .field("count_tokens", "/v1/messages/count_tokens")
      .field("health", "/health")
      .field("test_connection", "/test-connection");
  json.end_object().end_object();
  return text;
}

std::string health_json(const config::Config& config) {
  std::string text;
  json::Writer json(text);
  const bool has_key = !config.openai_api_key.empty();
  json.begin_object().field("status", "healthy").field("timestamp", timestamp());
  json.key("openai_api_configured").boolean(has_key).key("api_key_valid").boolean(has_key);
  json.key("client_api_key_validation").boolean(!config.anthropic_api_key.empty()).end_object();
  return text;
}

net::Task<void> respond_json(http::Exchange& exchange, std::string body, Record& record) {
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  response.body = std::move(body);
  record.status = response.status;
  co_await exchange.respond(std::move(response));
}

}  // namespace

net::Task<void> root(Worker& worker, http::Exchange& exchange, Record& record) {
  co_await respond_json(exchange, root_json(worker.shared), record);
}

net::Task<void> hello(Worker&, http::Exchange& exchange, Record& record) {
  co_await respond_json(exchange, R"({"message":"hello"})", record);
}

net::Task<void> health(Worker& worker, http::Exchange& exchange, Record& record) {
  co_await respond_json(exchange, health_json(worker.shared.config), record);
}

}  // namespace ccp::endpoints
