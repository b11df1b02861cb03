#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "anthropic/messages.h"
#include "net/asio.h"
#include "proxy/token_memo.h"

namespace ccp::proxy {

class Worker;

/// A text whose tokens are still to be counted: a copy, so that the request's body may go.
struct Uncounted {
  TokenMemo::Key key;
  std::string text;
  /// Set for a tool, whose name is in `text` then.
  bool is_tool = false;
  std::string description, schema;

  /// Exact, as slow as the text is long.
  [[nodiscard]] std::int64_t tokens() const;
};

/// The tokens of a prompt, as far as they could be counted at once: what is known by heart, what is short,
/// and of the rest so much as delays nobody. The other texts are estimated in `tokens` and listed.
struct PromptCount {
  std::int64_t tokens = 1;
  std::int64_t estimated = 0;  ///< of `tokens`: for the texts in `rest`
  std::vector<Uncounted> rest;
};

/// Bytes that one request may count on the I/O thread, some 0.3 ms.
inline constexpr std::size_t at_once = std::size_t{32} << 10;

PromptCount count_prompt(const anthropic::MessagesRequest& request, TokenMemo& memo);

/// Counts the rest on another thread; `count` is exact then.
net::Task<void> complete(Worker& worker, PromptCount& count);

}  // namespace ccp::proxy
