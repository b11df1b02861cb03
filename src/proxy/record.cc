#include "proxy/record.h"

#include <fmt/format.h>

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
  if (record.retries > 0) text += fmt::format(" retries={}", record.retries);
  if (record.first_byte)
    text += fmt::format(" first={:.3f}s", seconds_since(record.start, *record.first_byte));
  text += fmt::format(" total={:.3f}s", seconds_since(record.start, std::chrono::steady_clock::now()));
  if (record.error) {
    text += " error=" + record.error->message;
    if (!record.error->cause.empty()) text += " cause=" + record.error->cause;
  }
  return text;
}

}  // namespace

void write(Log& log, const Record& record) {
  const auto at = level(record);
  if (!log.enabled(at)) return;
  // Anyone can send nonsense: that must not fill the log.
  if (record.error && record.error->source == ErrorSource::client)
    return log.limited(at, "client error", line(record));
  log.write(at, line(record));
}

}  // namespace ccp::proxy
