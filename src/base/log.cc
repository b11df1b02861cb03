#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace ccp {

namespace {

/// Events that may wait for the terminal; beyond them the oldest are dropped, never a stream delayed.
constexpr std::size_t queue_events = 8192;

spdlog::level::level_enum translated(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::info;
}

/// `,"name":value`.
std::string json_field(const LogField& field) {
  struct Shown {
    std::string operator()(const std::string& text) const {
      return json_string(text.substr(0, Log::max_line));
    }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{:.3f}", number); }
  };
  return fmt::format(",\"{}\":{}", field.name, std::visit(Shown{}, field.value));
}

}  // namespace

struct Log::Limiter {
  struct Window {
    std::chrono::steady_clock::time_point start;
    int written = 0;
    int left_out = 0;
  };

  static constexpr std::size_t max_keys = 256;
  static constexpr std::size_t max_key = 64;
  static constexpr std::chrono::minutes period{1};

  /// The number of events left out before this one, or -1 when this one is left out too.
  int admit(std::string_view key) {
    const std::lock_guard lock(mutex);
    const auto now = std::chrono::steady_clock::now();
    auto& window = find(key.substr(0, max_key), now);
    if (now - window.start > period) window = Window{now, 0, window.left_out};
    if (window.written >= burst) {
      ++window.left_out;
      return -1;
    }
    ++window.written;
    return std::exchange(window.left_out, 0);
  }

  /// Keys may hold a client's words: beyond `max_keys` at a time they share one window.
  Window& find(std::string_view key, std::chrono::steady_clock::time_point now) {
    if (windows.size() >= max_keys && !windows.contains(key)) {
      std::erase_if(windows, [&](const auto& entry) { return now - entry.second.start > period; });
      if (windows.size() >= max_keys) key = "other";
    }
    return windows.try_emplace(std::string(key), Window{now}).first->second;
  }

  std::mutex mutex;
  std::map<std::string, Window, std::less<>> windows;
};

Log::Log(LogLevel level, LogFormat format, bool bodies)
    : level_(level), format_(format), bodies_(bodies), limiter_(std::make_unique<Limiter>()) {
  auto pool = std::make_shared<spdlog::details::thread_pool>(queue_events, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  logger_ = std::make_shared<spdlog::async_logger>("claude-code-proxy", sink, pool,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  writer_thread_ = std::move(pool);
  logger_->set_pattern(format == LogFormat::text ? "%Y-%m-%dT%H:%M:%S.%e%z %l %v"
                                                 : R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
  logger_->set_level(spdlog::level::debug);  // `enabled` decides; bodies come at any level
}

Log::~Log() = default;  // the thread's own destructor writes what is queued, then joins

void Log::put(LogLevel level, const LogEvent& event, std::size_t limit) {
  const bool json = format_ == LogFormat::json;
  const auto& text = json && !event.message.empty() ? event.message : event.text;
  auto shown = text.substr(0, limit);
  if (text.size() > limit) shown += fmt::format(" ({} more bytes)", text.size() - limit);
  auto line = json ? "\"message\":" + json_string(shown) : one_line(shown);
  if (json) {
    for (const auto& field : event.fields) line += json_field(field);
  }
  logger_->log(translated(level), "{}", line);
}

void Log::write(LogLevel level, const LogEvent& event) {
  if (enabled(level)) put(level, event, max_line);
}

void Log::limited(LogLevel level, std::string_view key, LogEvent event) {
  if (!enabled(level)) return;
  const int left_out = limiter_->admit(key);
  if (left_out < 0) return;
  if (left_out > 0) {
    event.text += fmt::format(" ({} more like this were left out)", left_out);
    event.fields.push_back({"left_out", std::int64_t{left_out}});
  }
  put(level, event, max_line);
}

void Log::body(std::string_view what, std::string_view bytes) {
  if (bodies_) put(LogLevel::debug, {fmt::format("{}: {}", what, bytes), {}, {}}, max_body);
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t') {
      line += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      line += fmt::format("\\x{:02x}", c);
    } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
      line += fmt::format("\\x{:02x}", next);
      ++i;
    } else {
      line += text[i];
    }
  }
  return line;
}

}  // namespace ccp
