#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "anthropic/events.h"
#include "anthropic/safeguards.h"

/// What a client asked to have done to an answer on its way. Each passes events on to the sink behind it,
/// which it does not own.
namespace ccp::anthropic {

/// Passes every event on.
class EventFilter : public EventSink {
 public:
  explicit EventFilter(EventSink& next) : next_(next) {}

  void message_start(std::string_view id, std::string_view model, const Usage& usage) override {
    next_.message_start(id, model, usage);
  }
  void text_start() override { next_.text_start(); }
  void text_delta(std::string_view text) override { next_.text_delta(text); }
  void thinking_start() override { next_.thinking_start(); }
  void thinking_delta(std::string_view thinking) override { next_.thinking_delta(thinking); }
  void signature_delta(std::string_view signature) override { next_.signature_delta(signature); }
  void tool_use_start(std::string_view id, std::string_view name) override { next_.tool_use_start(id, name); }
  void input_json_delta(std::string_view partial_json) override { next_.input_json_delta(partial_json); }
  void web_search(std::string_view id, std::span<const WebSearchResult> results) override {
    next_.web_search(id, results);
  }
  void compaction(std::string_view summary) override { next_.compaction(summary); }
  void block_stop() override { next_.block_stop(); }
  void safeguard_results(std::string_view json) override { next_.safeguard_results(json); }
  void message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                     const Usage& usage) override {
    next_.message_delta(reason, stop_sequence, usage);
  }
  void message_stop() override { next_.message_stop(); }
  void ping() override { next_.ping(); }
  void error(const Error& error) override { next_.error(error); }

 protected:
  EventSink& next() { return next_; }

 private:
  EventSink& next_;
};

/// `thinking.display: omitted`: blocks of thinking have their signature and no text.
class OmittedThinking final : public EventFilter {
 public:
  using EventFilter::EventFilter;
  void thinking_delta(std::string_view) override {}
};

/// `compaction`: the answer's text becomes the one compaction block, everything else is dropped. An answer
/// without text is a compaction that failed.
class Compacting final : public EventFilter {
 public:
  using EventFilter::EventFilter;
  void text_start() override;
  void text_delta(std::string_view text) override;
  void thinking_start() override {}
  void thinking_delta(std::string_view) override {}
  void signature_delta(std::string_view) override {}
  void tool_use_start(std::string_view, std::string_view) override {}
  void input_json_delta(std::string_view) override {}
  void web_search(std::string_view, std::span<const WebSearchResult>) override {}
  void block_stop() override {}
  void message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                     const Usage& usage) override;

 private:
  /// Bytes of a summary that are kept; no model writes more.
  static constexpr std::size_t longest = std::size_t{4} << 20;

  std::string summary_;
};

/// Hands out each tool call once it is complete, and holds the answer's ending back until it is known what
/// the calls were judged to be. Anything but a well ended answer is not held.
class HeldEnding final : public EventFilter {
 public:
  HeldEnding(EventSink& next, std::function<void(ToolCall)> on_call)
      : EventFilter(next), on_call_(std::move(on_call)) {}

  void tool_use_start(std::string_view id, std::string_view name) override;
  void input_json_delta(std::string_view partial_json) override;
  void block_stop() override;
  void message_delta(StopReason reason, std::optional<std::string_view> stop_sequence,
                     const Usage& usage) override;
  void message_stop() override { complete_ = true; }

  /// The ending has come and waits for `release`.
  [[nodiscard]] bool holds() const { return complete_; }
  /// Passes the ending on, with `safeguard_results` as `safeguard_results_json` makes them.
  void release(std::string_view safeguard_results);

 private:
  struct Ending {
    StopReason reason;
    std::optional<std::string> stop_sequence;
    Usage usage;
  };

  std::function<void(ToolCall)> on_call_;
  std::optional<ToolCall> open_;
  std::optional<Ending> ending_;
  bool complete_ = false;
};

}  // namespace ccp::anthropic
