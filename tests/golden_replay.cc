#include "golden_replay.h"

#include <chrono>
#include <memory>

#include "anthropic/error.h"
#include "anthropic/events.h"
#include "anthropic/messages.h"
#include "golden_json.h"
#include "openai/chat.h"
#include "openai/chunk.h"
#include "sse/parser.h"
#include "translate/adjust.h"
#include "translate/errors.h"
#include "translate/stream.h"

namespace ccp::golden {

namespace {

RefusedAnswer refused(const Error& error) {
  RefusedAnswer answer{
      .status = anthropic::http_status(error.kind), .headers = {}, .body = anthropic::error_json(error)};
  if (error.retry_after) answer.headers["retry-after"] = std::to_string(error.retry_after->count());
  if (anthropic::never_retry(error)) answer.headers["x-should-retry"] = "false";
  return answer;
}

/// What signs in the cases: with key and host of the fake provider, so that the same signatures come over
/// sockets.
translate::ThinkingSeal seal() { return {"sk-test", "127.0.0.1"}; }

class Memory final : public translate::ThinkingMemory {
 public:
  explicit Memory(const Settings& settings) : settings_(settings) {}
  [[nodiscard]] std::optional<translate::ThinkingState> open(std::string_view text,
                                                             std::string_view signature) const override {
    return seal().open(settings_.upstream_model, text, signature);
  }
  [[nodiscard]] std::optional<translate::Thought> before(std::string_view) const override {
    return std::nullopt;
  }

 private:
  const Settings& settings_;
};

/// The text of every PDF, as pdftotext would give it.
class Texts final : public translate::DocumentTexts {
 public:
  explicit Texts(const Settings& settings) : settings_(settings) {}
  [[nodiscard]] std::optional<std::string> text(std::string_view) const override {
    return translate::document_text(*settings_.pdf_text, 1 << 20);
  }

 private:
  const Settings& settings_;
};

/// A request, parsed and translated. Views point into its body.
struct Request {
  json::Reader reader;
  std::string body;
  Settings settings;
  anthropic::MessagesRequest messages;
  translate::Translated translated;

  Result<void> read(const Case& golden) {
    body = golden.client_body();
    auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
    if (!parsed) return std::unexpected(parsed.error());
    messages = std::move(*parsed);
    settings = golden.settings;
    const Memory memory(settings);
    const Texts texts(settings);
    auto result = translate::request(messages, settings.upstream_model, settings.profile, settings.limits,
                                     {.memory = &memory, .documents = settings.pdf_text ? &texts : nullptr});
    if (!result) return std::unexpected(result.error());
    translated = std::move(*result);
    return {};
  }

  [[nodiscard]] translate::StreamContext context() const {
    translate::StreamContext context;
    context.message_id = "msg_golden";
    context.model = messages.model;
    context.input_tokens = 1234;
    context.names = &translated.names;
    context.stop_sequences.assign(messages.stop_sequences.begin(), messages.stop_sequences.end());
    context.thinking = !messages.thinking || messages.thinking->type != anthropic::Thinking::Type::disabled;
    context.lenient_arguments = !messages.stream;
    context.json_answer = !messages.output_config.schema_json.empty();
    context.web_search = translated.chat.web_search.has_value();
    context.host = settings.host;
    context.tools = !translated.chat.tools.empty();
    context.text_calls = translate::markup_tools(settings.profile, translated.chat);
    context.max_tokens =
        translated.chat.max_tokens.value_or(translated.chat.max_completion_tokens.value_or(0));
    context.sign = [settings = this->settings](std::string_view text, const translate::ThinkingState& state) {
      return seal().sign(settings.upstream_model, text, state);
    };
    context.keep_details = settings.profile.replay == translate::Replay::details;
    context.keep_blocks = settings.profile.thinking_blocks;
    context.keep_thought_signatures =
        settings.profile.thought_signatures != translate::ThoughtSignatures::none;
    return context;
  }
};

/// Feeds the provider's stream.
void feed_stream(std::string_view bytes, std::size_t cut, translate::Stream& stream) {
  sse::Parser parser;
  json::Reader reader;
  bool done = false;
  const auto on_event = [&](sse::Event event) -> Result<void> {
    if (done || event.data.empty() || openai::keeps_alive(event.name)) return {};
    done = openai::is_done(event.data);
    if (done) return {};
    std::string text(event.data);
    const auto chunk = openai::parse_chunk(reader, text);
    if (!chunk) return std::unexpected(chunk.error());
    stream.feed(*chunk);
    return {};
  };
  const std::size_t step = cut == 0 ? bytes.size() : cut;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    // Each piece in memory of its own, so that a read behind its end is seen by the sanitizers.
    const std::string piece(bytes.substr(at, step));
    if (auto fed = parser.feed(piece, on_event); !fed) stream.fail(fed.error());
  }
  if (auto last = parser.finish(on_event); !last) stream.fail(last.error());
  stream.finish(done);
}

void feed_completion(std::string text, translate::Stream& stream) {
  json::Reader reader;
  const auto completion = openai::parse_chunk(reader, text, openai::Body::completion);
  if (!completion) return stream.fail(completion.error());
  stream.feed(*completion);
  stream.finish(completion->has_choice);  // the text came whole: only an answer without a choice is no answer
}

/// upstream.error.json, with the body as the provider sent it.
struct Refused {
  translate::Refusal refusal;
  std::string body;

  Result<void> read(std::string text) {
    json::Reader reader;
    return reader.parse(text, [&](json::Value document) {
      return document.object([&](std::string_view key, json::Value value) -> Result<void> {
        if (key == "status") return read_status(value);
        if (key == "headers") return read_headers(value);
        const auto bytes = value.is_string() ? value.string() : value.slice();
        if (bytes) body = *bytes;
        return {};
      });
    });
  }

  Result<void> read_status(json::Value value) {
    const auto status = value.integer();
    if (!status) return std::unexpected(status.error());
    refusal.status = static_cast<int>(*status);
    return {};
  }

  Result<void> read_headers(json::Value value) {
    return value.object([&](std::string_view name, json::Value header) -> Result<void> {
      const auto text = header.string();
      if (!text) return std::unexpected(text.error());
      if (name == "retry-after") refusal.retry_after = std::chrono::seconds(std::stol(std::string(*text)));
      return {};
    });
  }
};

Result<void> read_refusal(const Case& golden, Refused& out) {
  if (auto read = out.read(minify(*golden.file("upstream.error.json"))); !read) return read;
  json::Reader reader;
  out.refusal.host = golden.settings.host;
  out.refusal.body = openai::parse_error(reader, out.body);
  return {};
}

/// Ends the stream with the error that the provider refuses the request with.
void feed_refusal(const Case& golden, translate::Stream& stream) {
  Refused refused_request;
  const auto read = read_refusal(golden, refused_request);
  stream.fail(read ? translate::upstream_refusal(refused_request.refusal) : read.error());
}

void feed(const Case& golden, std::size_t cut, translate::Stream& stream) {
  if (golden.file("upstream.error.json") != nullptr) return feed_refusal(golden, stream);
  if (const auto* bytes = golden.file("upstream.sse")) return feed_stream(*bytes, cut, stream);
  feed_completion(minify(*golden.file("upstream.answer.json")), stream);
}

}  // namespace

std::variant<RefusedAnswer, std::string> replay_request(const Case& golden) {
  Request request;
  if (auto read = request.read(golden); !read) return refused(read.error());
  std::string out;
  openai::write(request.translated.chat, out);
  return out;
}

std::optional<std::string> replay_retry(const Case& golden) {
  Request first;
  Refused refused_request;
  if (!first.read(golden) || !read_refusal(golden, refused_request)) return std::nullopt;
  const auto& chat = first.translated.chat;
  const auto error = translate::upstream_refusal(refused_request.refusal);
  const bool no_parameter = error.kind == ErrorKind::context_overflow ||
                            error.kind == ErrorKind::rate_limit || error.kind == ErrorKind::cut_answer;
  if (no_parameter) return std::nullopt;
  const auto change =
      translate::adjustment({.status = refused_request.refusal.status,
                             .body = refused_request.refusal.body,
                             .profile = golden.settings.profile,
                             .max_tokens = chat.max_tokens.value_or(chat.max_completion_tokens.value_or(0))});
  if (!change) return std::nullopt;
  Case again = golden;
  (void)translate::apply(*change, again.settings.profile);
  auto changed = std::get<std::string>(replay_request(again));
  if (changed == std::get<std::string>(replay_request(golden))) return std::nullopt;
  return changed;
}

ClientAnswer replay_answer(const Case& golden, std::size_t cut) {
  Request request;
  if (auto read = request.read(golden); !read) return refused(read.error());
  if (request.messages.stream) {
    StreamAnswer answer;
    anthropic::StreamWriter writer(answer.bytes);
    translate::Stream stream(request.context(), writer);
    feed(golden, cut, stream);
    const bool told_by_status = golden.file("upstream.error.json") != nullptr && stream.failure() != nullptr;
    if (told_by_status) return refused(*stream.failure());
    return answer;
  }
  anthropic::MessageCollector collector;
  translate::Stream stream(request.context(), collector);
  feed(golden, cut, stream);
  if (collector.failure()) return refused(*collector.failure());
  return MessageAnswer{collector.take()};
}

}  // namespace ccp::golden
