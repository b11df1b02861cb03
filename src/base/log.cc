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
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::critical: return spdlog::level::critical;
  }
  return spdlog::level::info;
}

}  // namespace

struct Log::Limiter {
  struct Window {
    std::chrono::steady_clock::time_point start;
    int written = 0;
    int left_out = 0;
  };

  static constexpr std::size_t max_keys = 256;

  /// The number of events left out before this one, or -1 when this one is left out too.
  int admit(std::string_view key) {
    const std::lock_guard lock(mutex);
    if (windows.size() >= max_keys) windows.clear();
    const auto now = std::chrono::steady_clock::now();
    auto& window = windows.try_emplace(std::string(key), Window{now}).first->second;
    if (now - window.start > std::chrono::minutes(1)) window = Window{now, 0, window.left_out};
    if (window.written >= burst) {
      ++window.left_out;
      return -1;
    }
    ++window.written;
    return std::exchange(window.left_out, 0);
  }

  std::mutex mutex;
  std::map<std::string, Window, std::less<>> windows;
};

Log::Log(LogLevel level) : level_(level), limiter_(std::make_unique<Limiter>()) {
  auto pool = std::make_shared<spdlog::details::thread_pool>(queue_events, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  logger_ = std::make_shared<spdlog::async_logger>("claude-code-proxy", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
  writer_thread_ = std::move(pool);
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger_->set_level(translated(level));
}

Log::~Log() = default;  // the thread's own destructor writes what is queued, then joins

void Log::write(LogLevel level, std::string_view text) {
  if (enabled(level)) logger_->log(translated(level), "{}", one_line(text));
}

void Log::limited(LogLevel level, std::string_view key, std::string_view text) {
  if (!enabled(level)) return;
  const int left_out = limiter_->admit(key);
  if (left_out < 0) return;
  if (left_out == 0) return write(level, text);
  write(level, fmt::format("{} ({} more like this were left out)", text, left_out));
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t') {
      line += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace ccp
