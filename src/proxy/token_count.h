#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "anthropic/messages.h"
#include "memory/token_memo.h"
#include "net/asio.h"
#include "translate/profile.h"

namespace ccp::proxy {

struct Worker;
struct Shared;

/// Something whose tokens are still to be counted: a copy, so that the request's body may go.
struct Uncounted {
  enum class Kind : std::uint8_t {
    text,
    tool,  ///< its name is in `text`
    file,  ///< its base64 is in `text`
  };
  memory::TokenMemo::Key key;
  Kind kind = Kind::text;
  std::string text;
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

/// What the provider gets by `profile` counts: a PDF as a file, or as the text or the placeholder in its
/// place; earlier thinking of `upstream_model` where it goes back.
PromptCount count_prompt(const anthropic::MessagesRequest& request, const Shared& shared,
                         const translate::Profile& profile, std::string_view upstream_model);

/// Counts the rest on another thread; `count` is exact then.
net::Task<void> complete(Worker& worker, PromptCount& count);

}  // namespace ccp::proxy
