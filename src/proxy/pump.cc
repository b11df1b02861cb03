#include "proxy/pump.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "openai/chunk.h"
#include "provider/requests.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A collected non-streaming answer of the provider, in bytes.
constexpr std::size_t answer_limit = std::size_t{32} << 20;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // may come in pieces

char first_visible(std::string_view bytes) {
  const auto at = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return at == std::string_view::npos ? '\0' : bytes[at];
}

}  // namespace

std::chrono::seconds Pump::silence_limit() const {
  const auto& config = worker_.shared.config;
  const auto limit = std::chrono::seconds(config.request_timeout);
  const bool longer = delivery_.whole() && !config.was_given("REQUEST_TIMEOUT");
  return longer ? std::max(limit, whole_answer) : limit;
}

milliseconds Pump::silence_left() const {
  const auto limit = silence_limit();
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(last_byte_ + limit - steady_clock::now()));
}

milliseconds Pump::wait_time() const {
  const auto wait = std::min(silence_left(), delivery_.until_ping());
  if (!end_) return wait;
  return std::clamp(std::chrono::ceil<milliseconds>(*end_ - steady_clock::now()), milliseconds(0), wait);
}

std::unexpected<Error> Pump::silent() const {
  return upstream_error(
      ErrorKind::timeout,
      fmt::format("the provider {} sent nothing for {} seconds; raise REQUEST_TIMEOUT if it needs longer",
                  worker_.shared.origin.host, silence_limit().count()),
      Retry::never);
}

net::Task<Result<const net::ResponseHead*>> Pump::wait_for_head() {
  for (;;) {
    auto head = co_await call_.head(wait_time());
    if (!head || *head != nullptr) {
      last_byte_ = steady_clock::now();
      co_return head;
    }
    if (silence_left().count() == 0) co_return silent();
    auto kept = co_await delivery_.keep_alive();
    if (!kept) co_return std::unexpected(std::move(kept.error()));
  }
}

void Pump::log_body(std::string_view bytes) {
  worker_.shared.log.body(delivery_.request_id() + " from the provider",
                          provider::without_secrets(worker_.shared.config, std::string(bytes)));
}

net::Task<Result<std::optional<std::string_view>>> Pump::next_bytes() {
  for (;;) {
    if (delivery_.stream().finishing() && !end_) end_ = steady_clock::now() + after_finish;
    if (end_ && steady_clock::now() >= *end_) co_return std::optional<std::string_view>();
    auto bytes = co_await call_.read(wait_time());
    if (!bytes || *bytes) {
      last_byte_ = steady_clock::now();
      if (bytes && worker_.shared.log.bodies()) log_body(**bytes);
      co_return bytes;
    }
    if (silence_left().count() == 0) co_return silent();
    auto kept = co_await delivery_.keep_alive();
    if (!kept) co_return std::unexpected(std::move(kept.error()));
  }
}

net::Task<Result<std::string>> Pump::first_bytes() {
  std::string first;
  for (;;) {
    const auto bytes = co_await next_bytes();
    if (!bytes) co_return std::unexpected(bytes.error());
    if (!*bytes || (*bytes)->empty()) co_return std::string();
    first += **bytes;
    if (first_visible(first) != '\0') co_return first;
    first.erase(0, first.find_first_not_of(white_space));
    if (first.size() > byte_order_mark.size()) co_return first;
  }
}

net::Task<Result<void>> Pump::deliver(const net::ResponseHead& head) {
  const bool says_html = head.fields.find("content-type").value_or("").starts_with("text/html");
  auto begun = co_await first_bytes();
  if (!begun) co_return std::unexpected(std::move(begun.error()));
  const std::string first = std::move(*begun);
  const char visible = first_visible(first);
  if (says_html || visible == '<') {
    co_return upstream_error(
        ErrorKind::bad_gateway,
        fmt::format("{} answered with a web page instead of an API answer; check OPENAI_BASE_URL (often a "
                    "missing /v1)",
                    worker_.shared.origin.host),
        Retry::never, provider::without_secrets(worker_.shared.config, first.substr(0, 500)));
  }
  if (visible == '{' || visible == '[') co_return co_await deliver_json(first);
  co_return co_await deliver_events(first);
}

net::Task<Result<void>> Pump::deliver_events(std::string_view first) {
  auto& stream = delivery_.stream();
  std::string_view bytes = first;
  for (;;) {
    if (auto translated = translate(bytes); !translated) stream.fail(translated.error());
    if (const auto* error = delivery_.replaceable_failure()) co_return std::unexpected(*error);
    auto sent = co_await delivery_.flush();
    if (!sent) co_return sent;
    if (bytes.empty() || done_ || stream.ended()) break;
    auto next = co_await next_bytes();
    const bool complete = stream.finishing();  // then it stays complete, however the connection ends
    if (!next && !(complete && next.error().source == ErrorSource::upstream)) {
      co_return std::unexpected(std::move(next.error()));
    }
    if (!next || !*next) break;
    bytes = **next;
  }
  tell_words();
  stream.finish(done_);
  if (const auto* error = delivery_.replaceable_failure()) co_return std::unexpected(*error);
  auto finished = co_await delivery_.finish();
  if (finished && done_) co_await read_tail();
  co_return finished;
}

net::Task<void> Pump::read_tail() {
  const auto until = steady_clock::now() + tail;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (left.count() <= 0) co_return;
    const auto bytes = co_await call_.read(left);
    if (!bytes || !*bytes || (*bytes)->empty()) co_return;
  }
}

Result<void> Pump::translate(std::string_view bytes) {
  const auto on_event = [this](sse::Event event) { return translate_chunk(event); };
  return bytes.empty() ? parser_.finish(on_event) : parser_.feed(bytes, on_event);
}

Result<void> Pump::translate_chunk(sse::Event event) {
  if (done_ || event.data.empty() || openai::keeps_alive(event.name)) return {};
  if (openai::is_done(event.data)) {
    done_ = true;
    return {};
  }
  worker_.chunk_text.assign(event.data);
  auto chunk = openai::parse_chunk(worker_.reader, worker_.chunk_text);
  if (!chunk) return std::unexpected(chunk.error());
  feed(*chunk);
  if (end_ && chunk->has_content()) end_.reset();  // it goes on after all
  return {};
}

/// What a stream that ended too early says in lines that are no events, as its error.
void Pump::tell_words() {
  auto& stream = delivery_.stream();
  if (done_ || stream.finishing() || stream.ended() || parser_.words().empty()) return;
  worker_.chunk_text = parser_.words();
  auto chunk = openai::parse_chunk(worker_.reader, worker_.chunk_text);
  if (chunk) feed(*chunk);
}

/// Counted, and logged once in a process: such a provider does it in every chunk.
void Pump::note(const openai::Unreadable& fields) {
  for (const auto name : fields) {
    if (!worker_.shared.metrics.unreadable(name)) continue;
    worker_.shared.log.write(
        LogLevel::warning,
        fmt::format("{} {} sends a \"{}\" that cannot be read; such fields are ignored (said once)",
                    delivery_.request_id(), worker_.shared.origin.host, name));
  }
}

void Pump::feed(openai::Chunk& chunk) {
  note(chunk.unreadable);
  if (chunk.error) {
    chunk.error->message = provider::without_secrets(worker_.shared.config, std::move(chunk.error->message));
  }
  if (chunk.has_content()) delivery_.note_word();
  delivery_.stream().feed(chunk);
  if (chunk.error) delivery_.refused_inside(*chunk.error);
}

net::Task<Result<void>> Pump::deliver_json(std::string_view first) {
  std::string body(first);
  for (;;) {
    auto bytes = co_await next_bytes();
    if (!bytes) co_return std::unexpected(std::move(bytes.error()));
    if (!*bytes || (*bytes)->empty()) break;
    body += **bytes;
    if (body.size() > answer_limit) {
      co_return upstream_error(
          ErrorKind::bad_gateway,
          fmt::format("the provider's answer is larger than {} MiB", answer_limit >> 20));
    }
  }
  auto& stream = delivery_.stream();
  auto completion = openai::parse_chunk(worker_.reader, body, openai::Body::completion);
  if (!completion) co_return std::unexpected(completion.error());
  feed(*completion);
  stream.finish(completion->has_choice);
  if (const auto* error = delivery_.replaceable_failure()) co_return std::unexpected(*error);
  co_return co_await delivery_.finish();
}

}  // namespace ccp::proxy
