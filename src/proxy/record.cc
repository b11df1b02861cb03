#include "proxy/record.h"

#include <fmt/format.h>

#include "anthropic/error.h"

namespace ccp::proxy {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - start).count();
}

LogLevel level(const Record& record) {
  if (record.error) return record.error->kind == ErrorKind::cancelled ? LogLevel::info : LogLevel::warning;
  return record.model.empty() ? LogLevel::debug : LogLevel::info;
}

std::string line(const Record& record) {
  auto text = fmt::format("{} {} {} {} {}", record.request_id, record.client, record.method, record.path,
                          record.status);
  if (!record.session.empty()) text += " session=" + record.session;
  if (!record.model.empty())
    text += fmt::format(" model={} upstream={}", record.model, record.upstream_model);
  if (record.status == 200 && !record.model.empty()) {
    text += fmt::format(" in={} cached={} out={}", record.usage.input_tokens,
                        record.usage.cache_read_input_tokens, record.usage.output_tokens);
  }
  if (!record.upstream_request_id.empty()) text += " upstream_request_id=" + record.upstream_request_id;
  if (record.retries > 0) text += fmt::format(" retries={}", record.retries);
  if (record.first_word)
    text += fmt::format(" first={:.3f}s", seconds_since(record.start, *record.first_word));
  text += fmt::format(" total={:.3f}s", seconds_since(record.start, std::chrono::steady_clock::now()));
  if (record.error) {
    text += " error=" + record.error->message;
    if (!record.error->cause.empty()) text += " cause=" + record.error->cause;
  }
  return text;
}

/// The same for programs.
std::vector<LogField> fields(const Record& record) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<LogField> fields = {{"request_id", record.request_id},
                                  {"client", record.client},
                                  {"method", record.method},
                                  {"path", record.path},
                                  {"status", std::int64_t{record.status}},
                                  {"total_seconds", seconds_since(record.start, now)}};
  const auto add = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) fields.push_back({name, text});
  };
  add("session", record.session);
  add("model", record.model);
  add("upstream_model", record.upstream_model);
  add("upstream_request_id", record.upstream_request_id);
  if (record.status == 200 && !record.model.empty()) {
    fields.push_back({"input_tokens", record.usage.input_tokens});
    fields.push_back({"cache_read_input_tokens", record.usage.cache_read_input_tokens});
    fields.push_back({"output_tokens", record.usage.output_tokens});
    fields.push_back({"retries", std::int64_t{record.retries}});
  }
  if (record.first_word)
    fields.push_back({"first_byte_seconds", seconds_since(record.start, *record.first_word)});
  if (!record.error) return fields;
  add("error", record.error->message);
  add("cause", record.error->cause);
  return fields;
}

LogEvent event(const Record& record) {
  return {line(record), fmt::format("{} {} {}", record.method, record.path, record.status), fields(record)};
}

}  // namespace

void note_left(const Result<void>& sent, Record& record) {
  if (sent || sent.error().kind != ErrorKind::cancelled) return;
  record.error = sent.error();
  record.status = anthropic::http_status(ErrorKind::cancelled);
}

void write(Log& log, const Record& record) {
  const auto at = level(record);
  if (!log.enabled(at)) return;
  // Anyone can send nonsense: that must not fill the log.
  if (record.error && record.error->source == ErrorSource::client)
    return log.limited(at, "client error", event(record));
  log.write(at, event(record));
}

}  // namespace ccp::proxy
