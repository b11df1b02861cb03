#include "proxy/delivery.h"

#include <fmt/format.h>

#include "anthropic/error.h"
#include "anthropic/event_filter.h"
#include "proxy/learn.h"
#include "translate/auto_mode.h"

namespace ccp::proxy {

namespace {

translate::StreamContext context(const Shared& shared, const Prepared& prepared, std::string message_id) {
  translate::StreamContext context;
  context.message_id = std::move(message_id);
  context.model = prepared.model;
  context.input_tokens = prepared.input_tokens();
  context.names = &prepared.names;
  context.stop_sequences = prepared.stop_sequences;
  context.json_answer = prepared.json_answer;
  context.web_search = prepared.web_search;
  if (prepared.findings) context.found = prepared.findings->results();
  context.thinking = prepared.thinking;
  context.lenient_arguments = !prepared.stream;
  context.host = shared.origin.host;
  context.usage_scale = prepared.usage_scale;
  if (prepared.clamp == Clamp::limit) {
    context.cure_of_cut = fmt::format(
        "[The model used up all of its {} tokens without an answer: MAX_TOKENS_LIMIT of the proxy lowered "
        "max_tokens from {}. Raise it as far as the model allows.]",
        prepared.max_tokens, prepared.asked_tokens);
  }
  context.tools = prepared.tools;
  context.text_calls = prepared.text_calls;
  context.max_tokens = prepared.max_tokens;
  context.sign = [&shared, model = prepared.upstream_model, omitted = prepared.thinking_omitted](
                     std::string_view thinking, const translate::ThinkingState& state) {
    if (!omitted) return shared.seal.sign(model, thinking, state);
    auto whole = state;
    whole.text = thinking;
    return shared.seal.sign(model, {}, whole);
  };
  context.keep_details = prepared.profile.replay == translate::Replay::details;
  context.keep_blocks = prepared.profile.thinking_blocks;
  context.keep_thought_signatures = prepared.profile.thought_signatures != translate::ThoughtSignatures::none;
  return context;
}

/// A cut answer that has text cannot say why it was cut: the next turn would go on behind those words.
void add_warning(std::vector<http::Header>& headers, const Prepared& prepared) {
  if (prepared.clamp != Clamp::limit) return;
  headers.push_back(
      {"x-claude-code-proxy-warning",
       fmt::format("MAX_TOKENS_LIMIT lowered max_tokens from {} to {}; raise it as far as the model allows",
                   prepared.asked_tokens, prepared.max_tokens)});
}

/// What every answer has: our id of the request, and what the provider says of its rate limits.
std::vector<http::Header> common_headers(const Record& record) {
  std::vector<http::Header> headers = {{"request-id", record.request_id}};
  headers.insert(headers.end(), record.rate_limits.begin(), record.rate_limits.end());
  return headers;
}

}  // namespace

Delivery::Delivery(http::Exchange& exchange, Prepared& prepared, Shared& shared, std::string message_id,
                   Record& record, Judge& judge)
    : exchange_(exchange),
      prepared_(prepared),
      shared_(shared),
      message_id_(std::move(message_id)),
      record_(record),
      judge_(judge) {
  start_over();
}

anthropic::AboutRequest Delivery::about() const {
  return {.id = record_.request_id, .context_management = prepared_.context_management};
}

void Delivery::start_over() {
  out_.clear();
  record_.first_word.reset();
  if (prepared_.stream) {
    sink_ = std::make_unique<anthropic::StreamWriter>(out_, about());
  } else {
    auto collector = std::make_unique<anthropic::MessageCollector>(anthropic::most_collected, about());
    collector_ = collector.get();
    sink_ = std::move(collector);
  }
  held_.reset();
  judge_.start_over();
  if (judge_.wanted()) {
    held_ = std::make_unique<anthropic::HeldEnding>(
        *sink_, [this](anthropic::ToolCall call) { judge_.judge(std::move(call)); });
  }
  anthropic::EventSink& next = held_ ? *held_ : *sink_;
  filter_.reset();
  if (prepared_.compaction) {
    filter_ = std::make_unique<anthropic::Compacting>(next);
  } else if (prepared_.thinking_omitted) {
    filter_ = std::make_unique<anthropic::OmittedThinking>(next);
  }
  auto fresh = context(shared_, prepared_, message_id_);
  fresh.started = exchange_.answered();
  stream_ = std::make_unique<translate::Stream>(std::move(fresh), filter_ ? *filter_ : next);
}

bool Delivery::bound() const { return collector_ == nullptr && stream_->has_content(); }

const Error* Delivery::replaceable_failure() const { return bound() ? nullptr : failure(); }

const Error* Delivery::failure() const {
  if (collector_ != nullptr && collector_->failure()) return &*collector_->failure();
  return stream_->failure();
}

void Delivery::note_word() {
  if (!record_.first_word) record_.first_word = std::chrono::steady_clock::now();
}

net::Task<Result<void>> Delivery::send(std::string_view bytes) {
  last_event_ = std::chrono::steady_clock::now();
  if (exchange_.answered()) co_return co_await exchange_.write(bytes);
  record_.status = 200;
  auto headers = common_headers(record_);
  add_warning(headers, prepared_);
  headers.push_back({"cache-control", "no-cache"});
  headers.push_back({"x-accel-buffering", "no"});
  co_return co_await exchange_.begin_stream(200, "text/event-stream; charset=utf-8", headers, bytes);
}

net::Task<Result<void>> Delivery::flush() {
  const bool still_an_http_error = failure() != nullptr && !exchange_.answered();
  if (out_.empty() || still_an_http_error) co_return Result<void>{};
  if (bound()) std::string().swap(prepared_.body);  // no other attempt will need it
  auto sent = co_await send(out_);
  out_.clear();
  co_return sent;
}

std::chrono::milliseconds Delivery::until_ping() const {
  if (collector_ != nullptr) return std::chrono::hours(24);  // a message that comes whole has no pings
  const auto silent = std::chrono::steady_clock::now() - last_event_;
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(ping_after - silent));
}

net::Task<Result<void>> Delivery::keep_alive() {
  if (collector_ != nullptr || until_ping().count() > 0) co_return Result<void>{};
  if (held_ && held_->holds()) {
    sink_->ping();
  } else if (stream_->started()) {
    stream_->ping();
  } else {
    stream_->start();
  }
  co_return co_await flush();
}

/// How the provider counts this prompt. A count of a part of it says nothing of the whole.
void Delivery::calibrate() {
  const auto theirs = stream_->reported_prompt_tokens();
  if (!theirs || prepared_.count.estimated != 0) return;
  shared_.metrics.counted_prompt(prepared_.input_tokens(), *theirs);
  const auto& model = prepared_.upstream_model;
  if (provider::looks_cut(prepared_.input_tokens(), *theirs, shared_.windows.known(model).value_or(0))) {
    cut_to_ = theirs;
  } else {
    shared_.calibration.learn(model, prepared_.count.tokens, *theirs);
  }
}

void Delivery::note_broken(const Error& error) {
  const bool broken = error.kind == ErrorKind::bad_gateway || error.kind == ErrorKind::timeout;
  if (!broken || !prepared_.asks_stream) return;
  using How = memory::BrokenStreams::How;
  const auto& model = prepared_.upstream_model;
  const auto how = stream_->lost_call() ? How::without_call : How::broken;
  const bool news = shared_.broken_streams.note(model, how, std::chrono::steady_clock::now());
  if (!news || how != How::without_call) return;
  shared_.log.write(LogLevel::warning,
                    fmt::format("{} {} lost a tool call in a stream: for {} minutes its answers beside tools "
                                "are asked for whole, so that nothing is seen of them while they are made",
                                record_.request_id, model, memory::BrokenStreams::lately.count()));
}

void Delivery::refused_inside(const openai::ErrorBody& said) {
  if (const auto* error = failure()) learn_window(shared_, prepared_, *error, said);
}

/// The window that an answer ran into: the next turn is told of it before it is sent.
void Delivery::learn_shown_window() {
  const auto window = stream_->shown_window();
  if (!window) return;
  const auto& model = prepared_.upstream_model;
  if (!shared_.windows.learn(model, *window, std::chrono::steady_clock::now())) return;
  shared_.log.limited(LogLevel::info, "window " + model,
                      fmt::format("an answer of {} ended with prompt and answer at {} tokens: taken for its "
                                  "context window",
                                  model, *window));
}

/// A server that answers where it must call a tool does not know a named tool_choice: llama.cpp, LM Studio.
void Delivery::learn_tool_choice() {
  if (!prepared_.names_tool || stream_->stop_reason() != anthropic::StopReason::end_turn) return;
  learn_setting(shared_, prepared_.upstream_model, {.name = "tool_choice", .value = "required"},
                "it called no tool where tool_choice named one");
}

/// Keeps what led to the tool calls, where the provider wants it back.
void Delivery::remember() {
  const auto& profile = prepared_.profile;
  const bool wanted = profile.replay != translate::Replay::none ||
                      profile.thought_signatures != translate::ThoughtSignatures::none;
  if (!stream_->stop_reason()) return;
  auto thought = stream_->thought();
  if (wanted || !thought.state.blocks_json.empty())
    shared_.thinking.keep(prepared_.owner, stream_->thought_keys(), std::move(thought));
}

Error Delivery::no_verdict() const {
  return {.kind = ErrorKind::bad_gateway,
          .source = ErrorSource::upstream,
          .retry = Retry::never,
          .message = fmt::format("{} did not answer auto mode's check in the form that its rules ask for; "
                                 "AUTO_MODE_MODEL can name another model for this check",
                                 prepared_.upstream_model)};
}

/// Waits for what the answer's tool calls are judged to be.
net::Task<Result<void>> Delivery::release_ending() {
  if (!held_ || !held_->holds()) co_return Result<void>();
  if (collector_ == nullptr) {
    auto sent = co_await flush();
    if (!sent) co_return sent;
  }
  const auto results = co_await judge_.results(*this);
  held_->release(results);
  co_return Result<void>();
}

net::Task<Result<void>> Delivery::finish() {
  record_.usage = stream_->usage();
  remember();
  calibrate();
  learn_shown_window();
  learn_tool_choice();
  if (stream_->stop_reason() && !prepared_.session.empty())
    shared_.answer_lengths.keep(prepared_.owner, record_.usage.output_tokens);
  if (const auto* error = failure()) {
    if (!exchange_.answered()) co_return co_await respond_error(exchange_, *error, record_);
    record_.error = *error;
    if (bound()) note_broken(*error);
  }
  auto released = co_await release_ending();
  if (!released) co_return released;
  if (collector_ == nullptr) {
    auto sent = co_await flush();
    if (!sent) co_return sent;
    co_return co_await exchange_.end_stream();
  }
  http::Response response;
  response.headers = common_headers(record_);
  add_warning(response.headers, prepared_);
  response.body = collector_->take();
  if (prepared_.verdict && record_.usage.output_tokens > 0 && !translate::has_verdict(response.body))
    co_return co_await respond_error(exchange_, no_verdict(), record_);
  record_.status = 200;
  co_return co_await exchange_.respond(std::move(response));
}

net::Task<Result<void>> Delivery::fail(const Error& error) {
  stream_->fail(error);
  if (stream_->failure() != nullptr) record_.error = error;
  if (error.kind == ErrorKind::cancelled) {
    record_.usage = stream_->usage();
    if (!exchange_.answered()) record_.status = anthropic::http_status(error.kind);
    co_return Result<void>{};
  }
  co_return co_await finish();
}

net::Task<Result<void>> respond_error(http::Exchange& exchange, const Error& error, Record& record) {
  record.error = error;
  record.status =
      anthropic::http_status(error, exchange.head().fields.find("user-agent").value_or(std::string_view()));
  if (error.kind == ErrorKind::cancelled) co_return Result<void>{};
  http::Response response;
  response.status = record.status;
  response.headers = common_headers(record);
  if (error.retry_after)
    response.headers.push_back({"retry-after", std::to_string(error.retry_after->count())});
  if (anthropic::never_retry(error)) response.headers.push_back({"x-should-retry", "false"});
  if (error.kind == ErrorKind::method_not_allowed) response.headers.push_back({"allow", error.cause});
  response.body = anthropic::error_json(error, record.request_id);
  co_return co_await exchange.respond(std::move(response));
}

}  // namespace ccp::proxy
