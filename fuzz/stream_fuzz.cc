// Any bytes as a provider's stream: the client's events are in order, with exactly one ending.

#include <string>

#include "anthropic/events.h"
#include "openai/chunk.h"
#include "require.h"
#include "sse/parser.h"
#include "translate/stream.h"

namespace {

using namespace ccp;

/// Aborts when the protocol's order is broken.
class Referee final : public anthropic::EventSink {
 public:
  void message_start(std::string_view id, std::string_view, const anthropic::Usage& usage) override {
    CCP_REQUIRE(state_ == State::before && !id.empty() && usage.input_tokens > 0);
    state_ = State::between;
  }
  void text_start() override { open(State::text); }
  void text_delta(std::string_view text) override { CCP_REQUIRE(state_ == State::text && !text.empty()); }
  void thinking_start() override { open(State::thinking); }
  void thinking_delta(std::string_view) override { CCP_REQUIRE(state_ == State::thinking); }
  void signature_delta(std::string_view signature) override {
    CCP_REQUIRE(state_ == State::thinking && !signature.empty());
  }
  void redacted_thinking(std::string_view) override { CCP_REQUIRE(state_ == State::between); }
  void tool_use_start(std::string_view id, std::string_view name) override {
    CCP_REQUIRE(!id.empty() && !name.empty());
    open(State::tool_use);
  }
  void input_json_delta(std::string_view) override { CCP_REQUIRE(state_ == State::tool_use); }
  void web_search(std::string_view id, std::span<const anthropic::WebSearchResult> results) override {
    CCP_REQUIRE(state_ == State::between && !id.empty() && !results.empty());
  }
  void block_stop() override {
    CCP_REQUIRE(state_ == State::text || state_ == State::thinking || state_ == State::tool_use);
    state_ = State::between;
  }
  void message_delta(anthropic::StopReason, std::optional<std::string_view>,
                     const anthropic::Usage& usage) override {
    CCP_REQUIRE(state_ == State::between && usage.input_tokens >= 0 && usage.output_tokens >= 0);
    state_ = State::delta;
  }
  void message_stop() override {
    CCP_REQUIRE(state_ == State::delta);
    state_ = State::ended;
  }
  void ping() override { CCP_REQUIRE(state_ != State::before && state_ != State::ended); }
  void error(const Error& error) override {
    CCP_REQUIRE(state_ != State::ended && !error.message.empty());
    state_ = State::ended;
  }

  [[nodiscard]] bool ended() const { return state_ == State::ended; }

 private:
  enum class State : std::uint8_t { before, between, text, thinking, tool_use, delta, ended };

  void open(State block) {
    CCP_REQUIRE(state_ == State::between);
    state_ = block;
  }

  State state_ = State::before;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Referee referee;
  translate::Stream stream({.message_id = "msg_1", .model = "m", .input_tokens = 1, .web_search = true},
                           referee);
  sse::Parser parser;
  json::Reader reader;
  std::string text;
  bool done = false;
  const auto on_event = [&](sse::Event event) -> Result<void> {
    if (event.data == "[DONE]") done = true;
    if (done) return {};
    text.assign(event.data);
    const auto chunk = openai::parse_chunk(reader, text);
    if (!chunk) return std::unexpected(chunk.error());
    stream.feed(*chunk);
    return {};
  };
  if (auto fed = parser.feed({reinterpret_cast<const char*>(data), size}, on_event); !fed)
    stream.fail(fed.error());
  if (auto last = parser.finish(on_event); !last) stream.fail(last.error());
  stream.finish(done);
  CCP_REQUIRE(referee.ended());
  return 0;
}
