#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

/// Server-sent events (WHATWG HTML, section 9.2) as providers send them: any of the three line endings,
/// comments, a missing space after the colon, any split of the bytes. Beside the standard, `error: …`
/// (llama.cpp) and a line that is bare JSON are events of their own, and other lines are kept as the
/// provider's words.
namespace ccp::sse {

/// One event. Views live until the callback returns.
struct Event {
  std::string_view name;  ///< the `event:` field; empty means "message"
  std::string_view data;  ///< the `data:` lines joined by `\n`
};

/// Turns bytes into events. One per stream; holds at most `limit` bytes of an unfinished event.
class Parser {
 public:
  explicit Parser(std::size_t limit = std::size_t{8} << 20) : limit_(limit) {}

  using Callback = std::function<Result<void>(Event)>;

  /// Takes the next bytes and calls `on_event` for each event they complete. Stops at the first error of the
  /// callback. An event larger than the limit is an error.
  Result<void> feed(std::string_view bytes, const Callback& on_event);

  /// The end of the stream: an event without its closing blank line is handed out too (providers forget it).
  Result<void> finish(const Callback& on_event);

  /// Bytes of `words` that are kept.
  static constexpr std::size_t max_words = 2048;
  /// The first lines that belong to no event, as a server dumps them when it breaks down; usually empty.
  [[nodiscard]] const std::string& words() const { return words_; }

 private:
  Result<void> line(std::string_view text, const Callback& on_event);
  void keep(std::string_view text);
  Result<void> dispatch(const Callback& on_event);

  std::size_t limit_;
  std::string partial_;  ///< a line whose end has not come yet
  std::string name_;
  std::string data_;
  std::string words_;
  bool has_data_ = false;
  bool after_cr_ = false;  ///< the last byte was CR: a following LF belongs to it
  bool at_start_ = true;   ///< a byte order mark may come
};

}  // namespace ccp::sse
