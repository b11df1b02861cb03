#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace ccp {

enum class LogLevel : std::uint8_t { debug, info, warning, error, critical };

/// `text` is for eyes; `json` is one object a line (RFC 8259) with `time`, `level` and `message`.
enum class LogFormat : std::uint8_t { text, json };

/// The process's log on stderr: one line per event, written by a thread of its own so that a slow terminal
/// delays no stream. Repetitions of one key are limited to `burst` a minute; how many were left out is said
/// with the next one. Thread-safe.
class Log {
 public:
  explicit Log(LogLevel level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool enabled(LogLevel level) const { return level >= level_; }

  /// Writes `text`; line breaks and control characters in it are escaped, so that one event stays one line.
  void write(LogLevel level, std::string_view text);

  /// As `write`, rate-limited by `key`.
  void limited(LogLevel level, std::string_view key, std::string_view text);

  static constexpr int burst = 20;
  /// Bytes of one event; the rest is cut, and the cut is shown.
  static constexpr std::size_t max_line = 4096;

 private:
  struct Limiter;
  LogLevel level_;
  std::shared_ptr<void> writer_thread_;  ///< declared first: the logger must go before its thread
  std::shared_ptr<spdlog::logger> logger_;
  std::unique_ptr<Limiter> limiter_;
};

/// `text` on one line: control characters (C1, two bytes in UTF-8, too) as `\n`, `\t`, `\x1b`.
std::string one_line(std::string_view text);

}  // namespace ccp
