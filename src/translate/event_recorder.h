#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "anthropic/events.h"

/// For tests: records a message's events in a short notation and checks the protocol's rules on every one of
/// them.
namespace ccp::translate {

class EventRecorder final : public anthropic::EventSink {
 public:
  void message_start(std::string_view id, std::string_view model, const anthropic::Usage& usage) override {
    EXPECT_EQ(state_, State::before) << "message_start twice, or after the end";
    state_ = State::between;
    start_usage = usage;
    EXPECT_FALSE(id.empty());
    EXPECT_FALSE(model.empty());
    EXPECT_GT(usage.input_tokens, 0);
  }
  void text_start() override { begin("text"); }
  void text_delta(std::string_view text) override { delta("text", text); }
  void thinking_start() override { begin("thinking"); }
  void thinking_delta(std::string_view thinking) override { delta("thinking", thinking); }
  void signature_delta(std::string_view signature) override {
    EXPECT_EQ(kind_, "thinking");
    EXPECT_FALSE(signature.empty());
    EXPECT_TRUE(signature_.empty()) << "two signatures in a block";
    signature_ = signature;
  }
  void tool_use_start(std::string_view id, std::string_view name) override {
    EXPECT_FALSE(id.empty());
    EXPECT_FALSE(name.empty());
    for (const auto& known : tool_ids) EXPECT_NE(known, id) << "an id given twice";
    tool_ids.emplace_back(id);
    begin("tool " + std::string(name));
  }
  void input_json_delta(std::string_view partial_json) override {
    EXPECT_TRUE(kind_.starts_with("tool ")) << kind_;
    delta(kind_, partial_json);
  }
  void web_search(std::string_view id, std::span<const anthropic::WebSearchResult> results) override {
    EXPECT_TRUE(id.starts_with("srvtoolu_") && id.size() > 9) << id;
    EXPECT_FALSE(results.empty());
    begin("search");
    for (const auto& result : results) delta("search", "[" + result.title + "](" + result.url + ")");
    block_stop();
  }
  void block_stop() override {
    EXPECT_EQ(state_, State::in_block);
    EXPECT_EQ(kind_ == "thinking", !signature_.empty())
        << "a thinking block without a signature, or another with one";
    state_ = State::between;
    blocks.push_back(kind_ + ":" + content_);
    signature_.clear();
  }
  void message_delta(anthropic::StopReason reason, std::optional<std::string_view> stop_sequence,
                     const anthropic::Usage& usage) override {
    EXPECT_EQ(state_, State::between) << "message_delta with a block open, or twice";
    EXPECT_GT(usage.output_tokens, 0);
    EXPECT_GE(usage.input_tokens, 0);
    EXPECT_EQ(stop_sequence.has_value(), reason == anthropic::StopReason::stop_sequence);
    state_ = State::delta_sent;
    end_usage = usage;
    ending = name(reason);
    if (stop_sequence) ending += " " + std::string(*stop_sequence);
  }
  void message_stop() override {
    EXPECT_EQ(state_, State::delta_sent);
    state_ = State::ended;
  }
  void ping() override {
    EXPECT_NE(state_, State::before) << "a ping before message_start";
    EXPECT_NE(state_, State::ended) << "a ping after the end";
    ++pings;
  }
  void error(const Error& error) override {
    EXPECT_NE(state_, State::ended) << "an error after the end";
    EXPECT_NE(state_, State::delta_sent);
    if (state_ == State::in_block) blocks.push_back(kind_ + ":" + content_ + " (open)");
    state_ = State::ended;
    ending = "error: " + error.message;
    failure = error;
  }

  [[nodiscard]] bool ended() const { return state_ == State::ended; }

  std::vector<std::string> blocks;  ///< "text:…", "thinking:…", "tool NAME:…", each with its whole content
  std::string ending;               ///< the stop reason (and sequence), or "error: " and the message
  std::vector<std::string> tool_ids;
  anthropic::Usage start_usage, end_usage;
  std::optional<Error> failure;
  int pings = 0;

 private:
  enum class State : std::uint8_t { before, between, in_block, delta_sent, ended };

  void begin(std::string kind) {
    EXPECT_EQ(state_, State::between) << "blocks overlap, or a block before message_start: " << kind;
    state_ = State::in_block;
    kind_ = std::move(kind);
    content_.clear();
  }
  void delta(std::string_view kind, std::string_view piece) {
    EXPECT_EQ(state_, State::in_block);
    EXPECT_EQ(kind_, kind);
    EXPECT_TRUE(signature_.empty()) << "thinking after its signature";
    content_ += piece;
  }

  State state_ = State::before;
  std::string kind_, content_, signature_;
};

/// Checks SSE bytes written by StreamWriter: block indices rise by one from 0, each delta belongs to the open
/// block, exactly one ending stands at the end.
inline void expect_valid_stream(std::string_view bytes) {
  int next = 0;
  bool open = false;
  int endings = 0;
  while (!bytes.empty()) {
    const auto end = bytes.find("\n\n");
    ASSERT_NE(end, bytes.npos) << bytes;
    const std::string_view event = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    EXPECT_EQ(endings, 0) << "after the ending: " << event;
    const auto index = "\"index\":" + std::to_string(next);
    if (event.starts_with("event: content_block_start\n")) {
      EXPECT_FALSE(open) << event;
      EXPECT_NE(event.find(index + ","), event.npos) << event;
      open = true;
    } else if (event.starts_with("event: content_block_delta\n")) {
      EXPECT_TRUE(open) << event;
      EXPECT_NE(event.find(index + ","), event.npos) << event;
    } else if (event.starts_with("event: content_block_stop\n")) {
      EXPECT_TRUE(open) << event;
      EXPECT_NE(event.find(index + "}"), event.npos) << event;
      open = false;
      ++next;
    } else if (event.starts_with("event: message_stop\n")) {
      EXPECT_FALSE(open);
      ++endings;
    } else if (event.starts_with("event: error\n")) {
      ++endings;
    }
  }
  EXPECT_EQ(endings, 1);
}

}  // namespace ccp::translate
