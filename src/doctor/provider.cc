#include "doctor/provider.h"

#include <fmt/format.h>

#include "openai/chunk.h"
#include "openai/models.h"
#include "provider/requests.h"
#include "proxy/prepare.h"
#include "sse/parser.h"
#include "translate/errors.h"

namespace ccp::doctor {

namespace {

constexpr std::chrono::seconds longest_list{10};

Error refused(Provider& provider, const Answer& answer) {
  translate::Refusal refusal{.status = answer.status, .host = provider.shared.origin.host};
  refusal.body =
      openai::parse_error(provider.reader, provider::without_secrets(provider.shared.config, answer.body));
  return translate::upstream_refusal(refusal);
}

Result<void> take(Trial& trial, const openai::Chunk& chunk) {
  if (chunk.error) return upstream_error(ErrorKind::api, "error in the answer: " + chunk.error->message);
  trial.text += chunk.content;
  trial.called_tool = trial.called_tool || !chunk.tool_calls.empty();
  trial.counted = trial.counted || (chunk.usage && chunk.usage->prompt_tokens.value_or(0) > 0);
  if (!chunk.finish_reason.empty()) trial.finish_reason = chunk.finish_reason;
  return {};
}

Result<void> take_event(Provider& provider, Trial& trial, std::string_view data) {
  if (data.empty() || data == "[DONE]") return {};
  std::string text(data);
  const auto chunk = openai::parse_chunk(provider.reader, text);
  if (!chunk) return std::unexpected(chunk.error());
  return take(trial, *chunk);
}

Result<Trial> read_stream(Provider& provider, const std::string& body) {
  Trial trial{.streamed = true};
  sse::Parser parser;
  const auto on_event = [&](sse::Event event) { return take_event(provider, trial, event.data); };
  auto read = parser.feed(body, on_event);
  if (read) read = parser.finish(on_event);
  if (!read) return std::unexpected(read.error());
  return trial;
}

Result<Trial> read_answer(Provider& provider, Answer& answer) {
  const auto first = answer.body.find_first_not_of(" \t\r\n");
  if (answer.content_type.starts_with("text/html") ||
      (first != std::string::npos && answer.body[first] == '<'))
    return upstream_error(ErrorKind::not_found, "a web page came instead of an API answer");
  if (first == std::string::npos || answer.body[first] != '{') return read_stream(provider, answer.body);
  Trial trial;
  const auto chunk = openai::parse_chunk(provider.reader, answer.body, openai::Body::completion);
  if (!chunk) return std::unexpected(chunk.error());
  if (auto taken = take(trial, *chunk); !taken) return std::unexpected(std::move(taken.error()));
  return trial;
}

}  // namespace

std::chrono::seconds patience(const Provider& provider) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(provider.end - std::chrono::steady_clock::now());
  const auto most = std::min(left, std::chrono::seconds(provider.shared.config.request_timeout));
  return std::max(most, std::chrono::seconds(0));
}

Result<Trial> try_request(Provider& provider, std::string messages_json) {
  const auto& shared = provider.shared;
  auto prepared = proxy::prepare(provider.reader, messages_json, shared);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  auto request =
      provider::chat_request(shared.config, shared.origin, prepared->upstream_model, prepared->stream);
  request.body = prepared->body;
  auto answer = provider.session.exchange(shared.origin, request, patience(provider));
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (answer->status / 100 != 2) return std::unexpected(refused(provider, *answer));
  return read_answer(provider, *answer);
}

ModelList list_models(Provider& provider, const upstream::Origin& origin) {
  const auto request = provider::models_request(provider.shared.config, origin);
  auto answer = provider.session.exchange(origin, request, longest_list);
  if (!answer) return {.status = 0, .problem = answer.error().message};
  if (answer->status != 200) return {.status = answer->status, .problem = refused(provider, *answer).message};
  const auto models = openai::parse_models(provider.reader, answer->body);
  if (!models) return {.status = 200, .problem = "the answer is no list of models"};
  ModelList list{.status = 200, .models = *models};
  for (const auto& model : *models) list.ids.push_back(model.id);
  return list;
}

}  // namespace ccp::doctor
