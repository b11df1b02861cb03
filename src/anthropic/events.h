#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

/// The answer side of the Messages API: stream events
/// (https://docs.anthropic.com/en/docs/build-with-claude/streaming) and the message they add up to.
namespace ccp::anthropic {

/// Token counts as the client reads them. `input_tokens` excludes what was read from or written to the
/// provider's cache.
struct Usage {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cache_read_input_tokens = 0;
  std::int64_t cache_creation_input_tokens = 0;
  std::int64_t web_search_requests = 0;  ///< searches that were made for the answer
};

/// A page that a search found.
struct WebSearchResult {
  std::string url;
  std::string title;
};

enum class StopReason : std::uint8_t {
  end_turn,
  max_tokens,
  stop_sequence,
  tool_use,
  refusal,
  compaction,
  model_context_window_exceeded
};

std::string_view name(StopReason reason);

enum class BlockType : std::uint8_t { text, thinking, tool_use };

/// A tool call's arguments as the JSON object they stand for: as they are, or repaired where nothing is lost
/// (surrounding white space; a JSON string that holds the object; nothing at all, which means `{}`). Nullopt
/// when they are no object: cut or garbled.
std::optional<std::string> input_object(std::string_view arguments);

/// Receives one message as events, in the order of the protocol: message_start, blocks one after another
/// (start, deltas, stop), message_delta, message_stop; or `error` at any point, after which nothing comes.
/// Implemented by the stream writer and by the collector for non-streaming answers.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void message_start(std::string_view id, std::string_view model, const Usage& usage) = 0;
  virtual void text_start() = 0;
  virtual void text_delta(std::string_view text) = 0;
  virtual void thinking_start() = 0;
  virtual void thinking_delta(std::string_view thinking) = 0;
  /// Comes once, last in a thinking block.
  virtual void signature_delta(std::string_view signature) = 0;
  virtual void tool_use_start(std::string_view id, std::string_view name) = 0;
  virtual void input_json_delta(std::string_view partial_json) = 0;
  /// Two whole blocks: the `server_tool_use` of this id, and its `web_search_tool_result`.
  virtual void web_search(std::string_view id, std::span<const WebSearchResult> results) = 0;
  /// A whole block that stands for the conversation; an empty summary is a compaction that failed. Comes from
  /// `Compacting` only.
  virtual void compaction(std::string_view summary) { static_cast<void>(summary); }
  virtual void block_stop() = 0;
  /// What the tool calls were judged to be, as `safeguard_results_json` tells it; ahead of message_delta.
  virtual void safeguard_results(std::string_view json) { static_cast<void>(json); }
  /// `stop_sequence` is set only with StopReason::stop_sequence.
  virtual void message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                             const Usage& usage) = 0;
  virtual void message_stop() = 0;
  virtual void ping() = 0;
  virtual void error(const Error& error) = 0;
};

/// What an answer says of the request beside its content.
struct AboutRequest {
  std::string id;                  ///< in errors; empty: left out
  std::string context_management;  ///< JSON, as `applied_edits_json` makes it; empty: null
  std::string safeguard_results;   ///< JSON, as `safeguard_results_json` makes it; empty: left out
};

/// Writes events as SSE bytes to the end of `out`, which it does not own. Counts the block indices.
class StreamWriter final : public EventSink {
 public:
  explicit StreamWriter(std::string& out, AboutRequest about = {}) : out_(out), about_(std::move(about)) {}

  void message_start(std::string_view id, std::string_view model, const Usage& usage) override;
  void text_start() override;
  void text_delta(std::string_view text) override;
  void thinking_start() override;
  void thinking_delta(std::string_view thinking) override;
  void signature_delta(std::string_view signature) override;
  void tool_use_start(std::string_view id, std::string_view name) override;
  void input_json_delta(std::string_view partial_json) override;
  void web_search(std::string_view id, std::span<const WebSearchResult> results) override;
  void compaction(std::string_view summary) override;
  void block_stop() override;
  void safeguard_results(std::string_view json) override { about_.safeguard_results = json; }
  void message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                     const Usage& usage) override;
  void message_stop() override;
  void ping() override;
  void error(const Error& error) override;

 private:
  void start(std::string_view content_block);
  void delta(std::string_view type, std::string_view field, std::string_view value);

  std::string& out_;
  AboutRequest about_;
  std::uint32_t index_ = 0;
};

/// The bytes of an answer that is collected, unless its collector is told another limit.
inline constexpr std::size_t most_collected = std::size_t{32} << 20;

/// Adds the events up to the JSON of one non-streaming message. Tool inputs that are no JSON object become
/// `{"raw_arguments": "…"}`, so that they are seen and not lost.
class MessageCollector final : public EventSink {
 public:
  /// `limit` bounds the collected bytes; beyond it `failure()` is set and the rest is dropped.
  explicit MessageCollector(std::size_t limit = most_collected, AboutRequest about = {})
      : limit_(limit), about_(std::move(about)) {}

  void message_start(std::string_view id, std::string_view model, const Usage& usage) override;
  void text_start() override;
  void text_delta(std::string_view text) override;
  void thinking_start() override;
  void thinking_delta(std::string_view thinking) override;
  void signature_delta(std::string_view signature) override;
  void tool_use_start(std::string_view id, std::string_view name) override;
  void input_json_delta(std::string_view partial_json) override;
  void web_search(std::string_view id, std::span<const WebSearchResult> results) override;
  void compaction(std::string_view summary) override;
  void block_stop() override;
  void safeguard_results(std::string_view json) override { about_.safeguard_results = json; }
  void message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                     const Usage& usage) override;
  void message_stop() override;
  void ping() override {}
  void error(const Error& error) override;

  /// Set when the answer ended in an error instead of message_stop.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// The message's JSON; complete once message_stop has come.
  [[nodiscard]] std::string take() { return std::move(json_); }

 private:
  bool room(std::size_t bytes);

  std::size_t limit_;
  AboutRequest about_;
  std::string id_, model_;
  std::string content_;  ///< the finished blocks, comma-separated JSON
  std::string text_;     ///< the open block's text, thinking or input
  std::string signature_, tool_id_, tool_name_;
  std::optional<BlockType> open_;
  std::string tail_;  ///< stop_reason, stop_sequence and usage
  std::string json_;
  std::optional<Error> failure_;
};

}  // namespace ccp::anthropic
