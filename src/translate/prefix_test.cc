#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "translate/translated_json.h"

/// A provider's prefix cache holds only while each turn repeats the bytes of the one before: for turn n and
/// n+1 of a conversation the upstream JSON is the same up to the new content.
namespace ccp::translate {
namespace {

/// A conversation that grows as Claude Code's does, made by chance.
class Growing {
 public:
  explicit Growing(unsigned seed) : random_(seed) {}

  /// The client's body now. What may change from turn to turn without any new content does change: the
  /// attribution line, the place of cache_control, the form of a text.
  std::string body() {
    std::string messages;
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const bool is_last = i + 1 == messages_.size();
      messages += (i == 0 ? "" : ",") + messages_[i].json(is_last);
    }
    return R"({"model":"m","max_tokens":100,"system":[{"type":"text","text":"x-anthropic-billing-header: cc=)" +
           std::to_string(random_()) +
           R"(\n"},{"type":"text","text":"You help.","cache_control":{"type":"ephemeral"}}],)" +
           R"("tools":[{"name":"Bash","input_schema":{"type":"object","properties":{"b":{ "type" :"string"},"a":{}}}}],)"
           R"("messages":[)" +
           messages + "]}";
  }

  /// One turn: what the model has said, and what the client answers.
  void grow() {
    if (messages_.empty() || chance(3) == 0) {
      if (!messages_.empty()) add("assistant", text("say"));
      add("user", text("ask"));
    } else {
      call();
    }
    if (chance(3) == 0) add("system", text("note"));
  }

 private:
  struct Message {
    std::string role;
    std::vector<std::string> blocks;  ///< without the closing brace

    [[nodiscard]] std::string json(bool with_breakpoint) const {
      std::string content;
      for (std::size_t i = 0; i < blocks.size(); ++i) {
        const bool marked = with_breakpoint && i + 1 == blocks.size();
        content +=
            (i == 0 ? "" : ",") + blocks[i] + (marked ? R"(,"cache_control":{"type":"ephemeral"}})" : "}");
      }
      return R"({"role":")" + role + R"(","content":[)" + content + "]}";
    }
  };

  unsigned chance(unsigned below) { return random_() % below; }
  std::string text(const std::string& word) {
    return R"({"type":"text","text":")" + word + " " + std::to_string(random_()) + "\"";
  }
  void add(std::string role, std::string block) {
    messages_.push_back({std::move(role), {std::move(block)}});
  }

  void call() {
    const auto id = "toolu_" + std::to_string(messages_.size());
    std::vector<std::string> blocks = {
        R"({"type":"thinking","thinking":"why","signature":"ours")",
        R"({"type":"tool_use","id":")" + id + R"(","name":"Bash","input":{"b": 1.50, "a":"\u00e9"})"};
    messages_.push_back({"assistant", blocks});
    if (chance(4) == 0) add("system", text("between"));
    std::vector<std::string> answer = {R"({"type":"tool_result","tool_use_id":")" + id +
                                       R"(","content":"r")"};
    if (chance(3) == 0) answer.push_back(text("also"));
    messages_.push_back({"user", answer});
  }

  std::mt19937 random_;
  std::vector<Message> messages_;
};

/// The part of an upstream body that must come again: everything up to the end of the last message.
std::string_view prefix(const std::string& json) {
  const auto end = json.rfind("],\"max_tokens\"");
  return std::string_view(json).substr(0, end);
}

void expect_stable(const Profile& profile, unsigned seed) {
  Growing conversation(seed);
  conversation.grow();
  std::string before;
  for (int turn = 0; turn < 30; ++turn) {
    const auto sent = translated(conversation.body(), profile);
    ASSERT_TRUE(sent.ok) << sent.json;
    ASSERT_EQ(sent.json, translated(conversation.body(), profile).json) << "the same turn again";
    ASSERT_TRUE(sent.json.starts_with(before)) << "seed " << seed << ", turn " << turn << "\n"
                                               << before << "\n"
                                               << sent.json;
    before = prefix(sent.json);
    conversation.grow();
  }
}

TEST(Prefix, EachTurnRepeatsTheOneBefore) {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    expect_stable({}, seed);
    expect_stable({.replay = Replay::always}, seed);
    expect_stable({.inline_system = false}, seed);
    expect_stable({.call_ids = CallIds::nine_alphanumeric, .schema = SchemaDialect::gemini}, seed);
  }
}

}  // namespace
}  // namespace ccp::translate
