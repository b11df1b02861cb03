#include "endpoints/test_connection.h"

#include <fmt/format.h>

#include "anthropic/error.h"
#include "endpoints/timestamp.h"
#include "json/writer.h"
#include "openai/chat.h"
#include "provider/requests.h"
#include "proxy/ask.h"
#include "proxy/client_watch.h"
#include "proxy/delivery.h"
#include "proxy/slot.h"

namespace ccp::endpoints {

using proxy::Record;
using proxy::Shared;
using proxy::Slot;
using proxy::Worker;

namespace {

/// Enough for a model that thinks before its first word; others stop earlier by themselves.
constexpr std::int64_t answer_tokens = 16;
constexpr std::int64_t reasoning_tokens = 512;

std::string tiny_request(const Shared& shared) {
  const auto& model = shared.models.small;
  const auto profile = shared.profiles.of(model);
  openai::ChatRequest chat;
  chat.model = std::string_view(model);
  chat.messages.emplace_back(openai::UserMessage{{openai::TextPart{"Say: ok"}}});
  const bool thinks = profile.max_tokens == translate::MaxTokens::max_completion_tokens;
  (thinks ? chat.max_completion_tokens : chat.max_tokens) = thinks ? reasoning_tokens : answer_tokens;
  std::string body;
  openai::write(chat, body);
  return body;
}

/// The id of the provider's completion; the error when the answer is none.
Result<std::string> response_id(Worker& worker, std::string& answer) {
  std::string id;
  const auto read = worker.reader.parse(answer, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key != "id" || !value.is_string()) return value.skip();
      const auto text = value.string();
      if (!text) return std::unexpected(text.error());
      id = *text;
      return {};
    });
  });
  if (!read) {
    return upstream_error(
        ErrorKind::bad_gateway,
        fmt::format("{} answered with something that is no JSON object; check OPENAI_BASE_URL "
                    "(often a missing /v1)",
                    worker.shared.origin.host));
  }
  return id;
}

std::vector<std::string> suggestions(const Error& error, const Shared& shared) {
  switch (error.kind) {
    case ErrorKind::permission:
      return {"Check that OPENAI_API_KEY is valid and belongs to " + shared.origin.host};
    case ErrorKind::not_found:
      return {"Check that OPENAI_BASE_URL is complete (often a missing /v1)",
              "Check that SMALL_MODEL is a model of this provider"};
    case ErrorKind::rate_limit:
      return {"Wait, or check the limits and the credit of your account at the provider"};
    case ErrorKind::bad_gateway:
    case ErrorKind::timeout:
      return {"Check OPENAI_BASE_URL and the network to " + shared.origin.host};
    default:
      return {"Run `claude-code-proxy doctor`, which checks each step on the way"};
  }
}

std::string success(const Shared& shared, std::string_view id) {
  std::string text;
  json::Writer json(text);
  json.begin_object().field("status", "success").field("message", "the provider answered");
  json.field("model_used", shared.models.small)
      .field("timestamp", timestamp())
      .field("response_id", id)
      .end_object();
  return text;
}

std::string failure(const Shared& shared, const Error& error) {
  std::string text;
  json::Writer json(text);
  json.begin_object().field("status", "failed").field("error_type", anthropic::error_type(error.kind));
  json.field("message", error.message).field("timestamp", timestamp()).key("suggestions").begin_array();
  for (const auto& suggestion : suggestions(error, shared)) json.string(suggestion);
  json.end_array().end_object();
  return text;
}

net::Task<Result<std::string>> try_provider(Worker& worker, http::Exchange& exchange) {
  const auto& shared = worker.shared;
  const auto body = tiny_request(shared);
  proxy::ClientWatch watch(exchange, worker.io);
  auto request = provider::chat_request(shared.config, shared.origin, shared.models.small, false);
  request.body = body;
  auto answer =
      co_await ask(worker, std::move(request), watch, std::chrono::seconds(shared.config.request_timeout));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return response_id(worker, *answer);
}

}  // namespace

net::Task<void> test_connection(Worker& worker, http::Exchange& exchange, Record& record) {
  record.upstream_model = worker.shared.models.small;
  const auto limit = worker.shared.config.max_requests;
  const Slot slot(worker.shared.requests_in_flight, static_cast<std::size_t>(limit));
  if (!slot) {
    co_await respond_error(exchange, proxy::overloaded(limit), record);
    co_return;
  }
  const auto id = co_await try_provider(worker, exchange);
  http::Response response;
  response.headers = {{"request-id", record.request_id}};
  if (!id) record.error = id.error();
  if (!id && id.error().kind == ErrorKind::cancelled) {
    note_left(std::unexpected(id.error()), record);
    co_return;
  }
  response.status = id ? 200 : 503;
  response.body = id ? success(worker.shared, *id) : failure(worker.shared, id.error());
  record.status = response.status;
  note_left(co_await exchange.respond(std::move(response)), record);
}

}  // namespace ccp::endpoints
