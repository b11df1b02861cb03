#include "proxy/own_question.h"

#include "anthropic/event_filter.h"
#include "openai/chunk.h"
#include "provider/requests.h"
#include "proxy/ask.h"
#include "proxy/learn.h"
#include "sse/parser.h"
#include "translate/stream.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How often one question may be changed for a provider that refuses one parameter after the other.
constexpr int most_changes = 4;

class Text final : public anthropic::EventFilter {
 public:
  using EventFilter::EventFilter;
  void text_delta(std::string_view part) override {
    text += part;
    EventFilter::text_delta(part);
  }
  std::string text;
};

Result<void> feed(Worker& worker, translate::Stream& stream, std::string& body, openai::Body kind) {
  auto chunk = openai::parse_chunk(worker.reader, body, kind);
  if (!chunk) return std::unexpected(chunk.error());
  if (chunk->error)
    chunk->error->message = provider::without_secrets(worker.shared.config, std::move(chunk->error->message));
  stream.feed(*chunk);
  return {};
}

Result<void> feed_events(Worker& worker, translate::Stream& stream, std::string_view body) {
  sse::Parser parser;
  const auto on_event = [&](sse::Event event) -> Result<void> {
    if (event.data.empty() || openai::keeps_alive(event.name) || openai::is_done(event.data)) return {};
    worker.chunk_text.assign(event.data);
    return feed(worker, stream, worker.chunk_text, openai::Body::chunk);
  };
  auto fed = parser.feed(body, on_event);
  return fed ? parser.finish(on_event) : fed;
}

Result<OwnAnswer> read_answer(Worker& worker, const Prepared& prepared, std::string body) {
  anthropic::MessageCollector collector;
  Text text(collector);
  translate::StreamContext context;
  context.host = worker.shared.origin.host;
  context.json_answer = prepared.json_answer;
  context.thinking = false;
  context.tools = false;
  context.max_tokens = prepared.max_tokens;
  translate::Stream stream(std::move(context), text);
  const auto first = body.find_first_not_of(" \t\r\n");
  const bool whole = first != std::string::npos && body[first] == '{';
  auto fed = whole ? feed(worker, stream, body, openai::Body::completion) : feed_events(worker, stream, body);
  if (!fed) return std::unexpected(std::move(fed.error()));
  stream.finish(true);
  if (const auto* failure = stream.failure()) return std::unexpected(*failure);
  return OwnAnswer{.text = std::move(text.text),
                   .stop_reason = stream.stop_reason().value_or(anthropic::StopReason::end_turn)};
}

}  // namespace

net::Task<Result<OwnAnswer>> ask_own(Worker& worker, OwnQuestion question,
                                     upstream::Cancellation& cancellation) {
  auto& shared = worker.shared;
  const auto end = steady_clock::now() + question.patience;
  Result<Prepared> prepared =
      prepare(worker.reader, question.body, shared, {.change = nullptr, .model = question.model});
  for (int changes = 0;; ++changes) {
    if (!prepared) co_return std::unexpected(std::move(prepared.error()));
    auto request =
        provider::chat_request(shared.config, shared.origin, question.model, prepared->asks_stream);
    request.body = prepared->body;
    shared.log.body(question.request_id + " to the judge", prepared->body);
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    auto answer = co_await ask_learning(worker, std::move(request), cancellation, left);
    if (answer && shared.log.bodies())
      shared.log.body(question.request_id + " from the judge",
                      provider::without_secrets(shared.config, *answer));
    if (answer) co_return read_answer(worker, *prepared, std::move(*answer));
    const auto cure = learn_refusal(shared, *prepared, answer.error());
    auto& error = answer.error().error;
    if (!cure || changes == most_changes) co_return std::unexpected(std::move(error));
    auto changed = prepare_changed(worker.reader, question.body, shared, *prepared,
                                   {.change = &*cure, .model = question.model}, error);
    if (!changed) co_return std::unexpected(std::move(error));
    prepared = std::move(*changed);
  }
}

}  // namespace ccp::proxy
