#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spdlog {
class logger;
}

namespace ccp {

enum class LogLevel : std::uint8_t { debug, info, warning, error, critical };

/// `text` is for eyes; `json` is one object a line (RFC 8259) with `time`, `level`, `message` and the event's
/// own fields.
enum class LogFormat : std::uint8_t { text, json };

/// One value of an event, for programs that read the log.
struct LogField {
  std::string_view name;
  std::variant<std::string, std::int64_t, double> value;
};

/// What is written: `text` for eyes, and for programs `message` with `fields`.
struct LogEvent {
  std::string text;
  std::string message;  ///< empty: `text`
  std::vector<LogField> fields;
};

/// The process's log on stderr: one line per event, written by a thread of its own so that a slow terminal
/// delays no stream. Repetitions of one key are limited to `burst` a minute; how many were left out is said
/// with the next one. Thread-safe.
class Log {
 public:
  /// `bodies`: whether requests and answers are written too.
  explicit Log(LogLevel level, LogFormat format = LogFormat::text, bool bodies = false);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool enabled(LogLevel level) const { return level >= level_; }

  /// Writes `text`; line breaks and control characters in it are escaped, so that one event stays one line.
  void write(LogLevel level, const LogEvent& event);
  void write(LogLevel level, std::string_view text) { write(level, LogEvent{std::string(text), {}, {}}); }

  /// As `write`, rate-limited by `key`.
  void limited(LogLevel level, std::string_view key, LogEvent event);
  void limited(LogLevel level, std::string_view key, std::string_view text) {
    limited(level, key, LogEvent{std::string(text), {}, {}});
  }

  [[nodiscard]] bool bodies() const { return bodies_; }
  /// Writes bytes of a request or answer, whatever the level, if `bodies()`; `what` says of which.
  void body(std::string_view what, std::string_view bytes);

  static constexpr int burst = 20;
  /// Bytes of one event; the rest is cut, and the cut is shown.
  static constexpr std::size_t max_line = 4096;
  /// The same of a body.
  static constexpr std::size_t max_body = std::size_t{1} << 20;

 private:
  struct Limiter;
  void put(LogLevel level, const LogEvent& event, std::size_t limit);

  LogLevel level_;
  LogFormat format_;
  bool bodies_;
  std::shared_ptr<void> writer_thread_;  ///< declared first: the logger must go before its thread
  std::shared_ptr<spdlog::logger> logger_;
  std::unique_ptr<Limiter> limiter_;
};

/// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

/// `text` on one line: control characters (C1, two bytes in UTF-8, too) as `\n`, `\t`, `\x1b`.
std::string one_line(std::string_view text);

}  // namespace ccp
