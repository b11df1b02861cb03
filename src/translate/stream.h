#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anthropic/events.h"
#include "base/result.h"
#include "openai/chunk.h"
#include "translate/markup_values.h"
#include "translate/request.h"
#include "translate/thinking_state.h"

/// Chat Completions → Messages: the stream state machine. Pure: ids and times come from outside.
namespace ccp::translate {

/// What the machine must know of the request it answers. The views must outlive the Stream.
struct StreamContext {
  std::string message_id;                   ///< `msg_…`, for message_start
  std::string model;                        ///< the client's model name, echoed
  std::int64_t input_tokens = 1;            ///< our own count of the prompt for message_start; never 0
  const ToolNames* names = nullptr;         ///< may be null: names pass unchanged
  std::vector<std::string> stop_sequences;  ///< as the client gave them, to recognise a matched one
  bool thinking = true;                     ///< false: the client disabled thinking, reasoning is not shown
  /// Bytes that may be kept while they wait for their turn or for their end: tool arguments, and text behind
  /// an open tool call.
  std::size_t max_waiting_arguments = std::size_t{4} << 20;
  /// True for a collected (non-streaming) answer: tool arguments that are no JSON object are handed on as
  /// they are, the collector shows them. In a stream they end in an error, because a tool must never run with
  /// wrong input.
  bool lenient_arguments = false;
  /// Said in place of an answer of which max_tokens, lowered by us, left nothing to see; empty: nothing.
  std::string cure_of_cut;
  std::string host;      ///< the provider's host, for messages about errors inside the stream
  bool started = false;  ///< an earlier attempt at the same answer has sent message_start
  /// Factor for the prompt's counts as the client is told them, for a client that believes in another context
  /// window than the model's. `usage()` is not scaled.
  double usage_scale = 1.0;
  /// The tools whose calls are taken out of the text, where the model writes them there; null: none.
  std::shared_ptr<const MarkupTools> text_calls = {};
  bool tools = true;            ///< the provider was given tools: a call that it announces must come
  std::int64_t max_tokens = 0;  ///< that the provider was asked for; 0: nothing was said
  /// Makes the signature of a thinking block from its text, which may be empty, and the provider's state.
  std::function<std::string(std::string_view thinking, const ThinkingState& state)> sign;
  bool web_search = false;  ///< the provider was asked to search: what it found is shown
  std::vector<anthropic::WebSearchResult> found;  ///< by a search made before: shown in front of the answer
  bool json_answer = false;   ///< the client asked for JSON by a schema: a code fence around it is taken off
  bool keep_details = false;  ///< the provider wants its `reasoning_details` back
  bool keep_blocks = false;   ///< the provider gets its signed `thinking_blocks` back
  bool keep_thought_signatures = false;  ///< the provider wants its `extra_content` back
};

/// The signature of every thinking block when nobody signs.
inline constexpr std::string_view thinking_signature = "ccp1";

/// One answer. Calls in order: `start` (optional; the first content starts it too), any number of `feed` and
/// `ping`, then exactly one of `finish` or `fail` counts; everything after the ending is ignored. The sink
/// sees exactly one of message_stop or error. One block is open at a time: what the provider interleaves with
/// an unfinished tool call waits, in order, in a bounded buffer. Thinking that comes behind text or a call
/// does not interrupt the text: it is shown in front of the next tool call, else not at all.
class Stream {
 public:
  Stream(StreamContext context, anthropic::EventSink& sink);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Another count of the prompt, for a message_start that was not sent yet.
  void set_input_tokens(std::int64_t tokens);

  /// Sends message_start and a ping, once. For when the provider is slow to send its first chunk.
  void start();

  /// Takes one chunk. An error object inside it, or something that cannot be understood, ends the stream with
  /// `error`.
  void feed(const openai::Chunk& chunk);

  /// The provider's end: `[DONE]` when `done_seen`, otherwise the end of the bytes. Complete when
  /// `finishing`, or with [DONE]: ends with message_stop. With neither it ends with an error.
  void finish(bool done_seen);

  /// Ends with `error`, once. A `cut_answer` is none: the answer ends with `max_tokens`.
  void fail(const Error& error);

  /// A ping event, when the stream has started and not ended.
  void ping();

  /// message_start has been sent.
  [[nodiscard]] bool started() const;
  /// message_stop or error has been sent.
  [[nodiscard]] bool ended() const;
  /// A content block has been sent: from here on a failure cannot be retried unseen.
  [[nodiscard]] bool has_content() const;
  /// The last that came was a finish_reason: only usage and [DONE] should follow; wait for them no longer
  /// than 2 s. What else follows takes it back, until the next: some providers give one with the first chunk,
  /// or with every one.
  [[nodiscard]] bool finishing() const;
  /// What message_delta reported (or would report now).
  [[nodiscard]] anthropic::Usage usage() const;
  /// The prompt's tokens as the provider counts them, cached ones included; nullopt when it did not say.
  [[nodiscard]] std::optional<std::int64_t> reported_prompt_tokens() const;
  /// Set once the stream ended well.
  [[nodiscard]] std::optional<anthropic::StopReason> stop_reason() const;
  /// What was thought, for a client that does not keep it.
  [[nodiscard]] Thought thought() const;
  /// By what `thought` is to be remembered: the ids of the tool calls that the client got; without any, and
  /// with state that no block carries, the key of the last text.
  [[nodiscard]] std::vector<std::string> thought_keys() const;
  /// The context window that the answer ran into: prompt and answer together. Set for an answer that ended
  /// with `model_context_window_exceeded` and whose tokens the provider counted, where their sum is a figure
  /// that windows have.
  [[nodiscard]] std::optional<std::int64_t> shown_window() const;
  /// Whether it failed because a call was announced and did not come, or not so that it can be made.
  [[nodiscard]] bool lost_call() const;
  /// The error that the answer ended in, or null. Lives as long as the Stream.
  [[nodiscard]] const Error* failure() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace ccp::translate
