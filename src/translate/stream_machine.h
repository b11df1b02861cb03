#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "translate/code_fence.h"
#include "translate/stream.h"
#include "translate/stream_search.h"
#include "translate/stream_thinking.h"
#include "translate/stream_tool_calls.h"
#include "translate/stream_usage.h"
#include "translate/think_tags.h"
#include "translate/tool_markup.h"

namespace ccp::translate {

/// What a `finish_reason` means for the answer.
enum class Finish : std::uint8_t { complete, tool_calls, length, window, filtered, failed, overloaded };

/// Providers use more words than OpenAI's five, in any case; an unknown one means that the answer is
/// complete.
Finish finish_of(std::string_view finish_reason);

/// The state machine behind Stream: which block is open, what waits, and what is known of the end.
class Stream::Machine final : private ThinkTags::Pieces, private ToolMarkup::Pieces {
 public:
  Machine(StreamContext context, anthropic::EventSink& sink);

  void set_input_tokens(std::int64_t tokens) { context_.input_tokens = tokens; }
  void start();
  void feed(const openai::Chunk& chunk);
  void finish(bool done_seen);
  void fail(const Error& error);
  void ping();

  [[nodiscard]] bool started() const;
  [[nodiscard]] bool ended() const;
  [[nodiscard]] bool has_content() const { return blocks_ > 0; }
  [[nodiscard]] bool finishing() const { return finishing_; }
  [[nodiscard]] anthropic::Usage usage() const;
  [[nodiscard]] std::optional<anthropic::StopReason> stop_reason() const;
  [[nodiscard]] const Error* failure() const;
  [[nodiscard]] std::optional<std::int64_t> reported_prompt_tokens() const { return tally_.prompt_tokens(); }
  [[nodiscard]] Thought thought() const { return thinking_.thought(); }
  [[nodiscard]] std::vector<std::string> thought_keys() const;
  [[nodiscard]] std::optional<std::int64_t> shown_window() const;
  [[nodiscard]] bool lost_call() const { return lost_call_; }

 private:
  struct NotStarted {};
  struct Between {};  ///< started, no block open
  struct InText {};
  struct InThinking {};
  struct InToolCall {  ///< the call whose turn it is; its block starts with its first arguments
    std::size_t call;
  };
  struct Stopped {
    anthropic::StopReason reason;
  };
  struct Failed {
    bool started;
    Error error;
  };
  using State = std::variant<NotStarted, Between, InText, InThinking, InToolCall, Stopped, Failed>;

  enum class Prose : std::uint8_t { text, thinking };
  struct WaitingProse {
    Prose kind;
    std::string text;
  };
  struct WaitingCall {
    std::size_t call;
  };
  using Waiting = std::variant<WaitingProse, WaitingCall>;

  // Content, in the order it comes.
  void text(std::string_view piece) override {
    if (markup_) return markup_->feed(piece, *this);
    plain(piece);
  }
  void plain(std::string_view piece) override {
    prose(Prose::text, context_.json_answer ? fence_.feed(piece) : piece);
  }
  void thinking(std::string_view piece) override;
  void refusal(std::string_view piece);
  void prose(Prose kind, std::string_view piece);
  void tool_call(const openai::ToolCallDelta& delta, std::size_t position);
  void finish_reason(const openai::Chunk& chunk);

  // Calls in the text: they follow it, unless the provider sends the same ones as calls.
  void marked(MarkupCall call) override;
  void call_marked();
  [[nodiscard]] bool came_as_call(const MarkupCall& marked) const;

  // The queue behind an unfinished tool call.
  void wait(Prose kind, std::string_view piece);
  void advance();
  void take_next();
  [[nodiscard]] bool closable(const ToolCall& call) const;
  void drain();

  // The end.
  void break_off(std::string message);
  void show_last_blocks();
  void stop();

  // The provider's state, and thinking that came behind the answer's beginning.
  void show_state();
  void keep_late(std::string_view piece);
  void show_late();
  [[nodiscard]] bool thinking_is_late() const { return text_blocks_ + tool_blocks_ > 0; }
  void keep_text(std::string_view piece);

  // What a search found.
  void show_search(const std::vector<anthropic::WebSearchResult>& results);
  void show_found();

  // Blocks.
  [[nodiscard]] bool is_open(Prose kind) const;
  void show(Prose kind, std::string_view piece);
  void open(Prose kind);
  void stream_arguments(std::size_t call);
  void open_tool_call(std::size_t call);
  void close_block();
  void close_tool_call(std::size_t call);
  void send_rest(std::size_t call);
  [[nodiscard]] bool superfluous(const ToolCall& call) const;
  [[nodiscard]] bool may_be_cut() const;
  [[nodiscard]] bool stopped_by_window() const;
  [[nodiscard]] anthropic::StopReason resolve_stop_reason() const;
  [[nodiscard]] anthropic::Usage told(anthropic::Usage usage) const;

  StreamContext context_;
  anthropic::EventSink& sink_;
  State state_;
  ThinkTags tags_;
  std::optional<ToolMarkup> markup_;
  std::vector<MarkupCall> marked_;
  CodeFence fence_;
  Budget budget_;
  ToolCalls calls_;
  std::deque<Waiting> waiting_;
  /// White space that would begin a block: shown with what follows, dropped when nothing does, since a block
  /// of nothing but white space is refused when it comes back in the history.
  WaitingProse leading_{Prose::text, {}};
  StreamThinking thinking_;
  StreamSearch search_;
  UsageTally tally_;
  std::optional<Finish> finish_;  ///< the last that was given
  bool finishing_ = false;        ///< and nothing was said since
  std::optional<std::string> matched_stop_;
  std::size_t blocks_ = 0;
  std::size_t text_blocks_ = 0;
  std::size_t tool_blocks_ = 0;
  bool shown_text_ = false;
  bool lost_call_ = false;
  std::string late_;  ///< thinking behind text or a call: shown in front of the next call, else not at all
  std::int64_t searches_ = 0;
  std::size_t refusal_bytes_ = 0;
  std::string last_text_;  ///< of the last text block, where state may have to be remembered by it
};

}  // namespace ccp::translate
