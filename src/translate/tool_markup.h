#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "translate/markdown_code.h"
#include "translate/markup_calls.h"
#include "translate/markup_tags.h"
#include "translate/stream_tool_calls.h"

namespace ccp::translate {

/// Takes tool calls out of a text in which the model wrote them in its own markup, because the server in
/// front of it did not read them. What is no whole call of a tool of the request stays text, byte for byte,
/// and so does what stands in code. Text is held back only while it can become a call, and never more than
/// `limit` bytes of it. White space behind a call is dropped where no text follows. The text may be cut
/// anywhere.
class ToolMarkup {
 public:
  /// More markup than this in one block stays text.
  static constexpr std::size_t limit = std::size_t{1} << 20;

  /// Receives what there is, in order. Views live until the call returns.
  class Pieces {
   public:
    virtual void plain(std::string_view piece) = 0;
    virtual void marked(MarkupCall call) = 0;

   protected:
    ~Pieces() = default;
  };

  explicit ToolMarkup(std::shared_ptr<const MarkupTools> tools) : tools_(std::move(tools)) {}

  void feed(std::string_view text, Pieces& pieces);
  /// The end of the text, or of this part of it: hands out what was held back. A call that lacks nothing but
  /// its closing tags is one, unless the text was `cut` off.
  void finish(bool cut, Pieces& pieces);

 private:
  /// Markup that has begun at `at_`.
  struct Block {
    MarkupOpening opening;
    std::size_t seen = 0;       ///< bytes of the block that were looked through
    BracketScan scan = {};      ///< where its JSON ends it
    bool head_is_good = false;  ///< its beginning was looked at
  };
  enum class End : std::uint8_t { open, text, final };

  void run(End end, Pieces& pieces);
  /// These return false when more text is needed.
  bool plain(End end, Pieces& pieces);
  bool behind_call(End end, Pieces& pieces);
  bool begin(End end, Pieces& pieces);
  bool block(End end, Pieces& pieces);
  bool look_for_end(std::size_t window, Pieces& pieces);
  bool attempt(std::size_t size, bool at_end, Pieces& pieces);
  void give_up(Pieces& pieces);
  void say(std::size_t size, Pieces& pieces);
  void say_gap(Pieces& pieces);
  [[nodiscard]] bool may_begin(char c) const;
  [[nodiscard]] std::string_view rest() const { return std::string_view(held_).substr(at_); }

  std::shared_ptr<const MarkupTools> tools_;
  std::string held_;    ///< what was not handed out yet, from `at_` on
  std::size_t at_ = 0;  ///< in `held_`
  std::optional<Block> block_;
  bool behind_call_ = false;
  std::string gap_;  ///< white space behind a call
  MarkdownCode code_;
  std::size_t work_ = 0;  ///< bytes that were read for nothing
};

}  // namespace ccp::translate
