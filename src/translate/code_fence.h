#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ccp::translate {

/// Takes a Markdown code fence (```` ```json … ``` ````) off an answer that is to be JSON and nothing else:
/// models that are only asked for JSON like to dress it up, and a client that parses the answer would fail.
/// The fence may be cut anywhere. An answer that does not begin with one passes as it is.
class CodeFence {
 public:
  /// The part of what has come so far that may go out now; a view until the next call.
  std::string_view feed(std::string_view piece);
  /// The end: what was held back and is no closing fence.
  std::string_view finish();

 private:
  enum class State : std::uint8_t { start, inside, plain };

  std::string_view start();
  std::string_view inside();

  State state_ = State::start;
  std::string held_;  ///< not yet known to be part of a fence or not
  std::string out_;
};

}  // namespace ccp::translate
