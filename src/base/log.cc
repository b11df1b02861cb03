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

Log::Log(LogLevel level) : level_(level), limiter_(std::make_unique<Limiter>()) {
  auto pool = std::make_shared<spdlog::details::thread_pool>(queue_events, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  logger_ = std::make_shared<spdlog::async_logger>("claude-code-proxy", sink, pool,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  writer_thread_ = std::move(pool);
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger_->set_level(translated(level));
}

Log::~Log() = default;  // the thread's own destructor writes what is queued, then joins

void Log::write(LogLevel level, std::string_view text) {
  if (!enabled(level)) return;
  auto line = one_line(text.substr(0, max_line));
  if (text.size() > max_line) line += fmt::format(" ({} more bytes)", text.size() - max_line);
  logger_->log(translated(level), "{}", line);
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
