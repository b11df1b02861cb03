#include <gtest/gtest.h>

#include "translate/event_recorder.h"
#include "translate/stream.h"
#include "translate/stream_thinking.h"

namespace ccp::translate {
namespace {

constexpr std::string_view details = R"([{"type":"reasoning.encrypted","data":"abc"}])";
constexpr std::string_view extra = R"({"google":{"thought_signature":"s"}})";
constexpr auto limit = StreamThinking::limit;

using Keys = std::vector<std::string>;

openai::Chunk text(std::string_view content) { return {.has_choice = true, .content = content}; }

/// By what an answer of these chunks is remembered.
Keys keys(const StreamContext& context, const std::vector<openai::Chunk>& chunks) {
  EventRecorder recorder;
  auto with = context;
  with.message_id = "msg_7";
  with.model = "m";
  Stream stream(with, recorder);
  for (const auto& chunk : chunks) stream.feed(chunk);
  stream.finish(true);
  EXPECT_TRUE(recorder.ended());
  return stream.thought_keys();
}

const openai::Chunk with_details{.has_choice = true, .reasoning_details_json = details};
const openai::Chunk with_extra{.has_choice = true, .extra_content_json = extra};

TEST(StreamState, BehindATextItIsRememberedByTheText) {
  EXPECT_EQ(keys({.keep_details = true}, {text("Hel"), text("lo"), with_details}), Keys{text_key("Hello")});
  EXPECT_EQ(keys({.keep_thought_signatures = true}, {text("Hello"), with_extra}), Keys{text_key("Hello")});
}

TEST(StreamState, OnlyWhatTheProviderWantsBack) {
  EXPECT_TRUE(keys({}, {text("Hello"), with_details, with_extra}).empty());
  EXPECT_TRUE(keys({.keep_details = true}, {text("Hello"), with_extra}).empty());
  EXPECT_TRUE(keys({.keep_thought_signatures = true}, {text("Hello"), with_details}).empty());
  EXPECT_TRUE(keys({.keep_details = true}, {text("Hello")}).empty());
  EXPECT_TRUE(keys({.keep_details = true}, {with_details}).empty());
}

TEST(StreamState, TheWholeTextCounts) {
  const openai::Chunk thought{.has_choice = true, .reasoning = "hm"};
  EXPECT_EQ(keys({.keep_details = true}, {text("first"), thought, text("second"), with_details}),
            Keys{text_key("firstsecond")});
}

TEST(StreamState, ToolCallsAreKeysOfTheirOwn) {
  openai::Chunk calls{.has_choice = true};
  calls.tool_calls = {{0, "a", "ls", "{}", extra}, {1, "b", "ls", "{}", {}}};
  EXPECT_EQ(keys({.keep_thought_signatures = true}, {text("Hello"), calls}), (Keys{"a", "b"}));
}

TEST(StreamState, ATextBeyondTheLimitIsNoKey) {
  const std::string longest(limit, 'x');
  const StreamContext with{.keep_details = true};
  EXPECT_EQ(keys(with, {text(longest), with_details}), Keys{text_key(longest)});
  EXPECT_TRUE(keys(with, {text(longest + "x"), with_details}).empty());
  EXPECT_TRUE(keys(with, {text(longest), text("x"), with_details}).empty());
}

/// The blocks of an answer of these chunks and a text.
std::vector<std::string> blocks(StreamContext context, const std::vector<openai::Chunk>& chunks) {
  EventRecorder recorder;
  context.message_id = "msg_7";
  context.model = "m";
  Stream stream(std::move(context), recorder);
  for (const auto& chunk : chunks) stream.feed(chunk);
  stream.feed(text("Hello"));
  stream.finish(true);
  return recorder.blocks;
}

TEST(StreamState, WithoutThinkingItIsABlockOfItsOwn) {
  const auto sign = [](std::string_view, const ThinkingState& state) { return state.details_json; };
  const std::string block = "thinking:";
  EXPECT_EQ(blocks({.sign = sign, .keep_details = true}, {with_details}), (Keys{block, "text:Hello"}));
  EXPECT_EQ(blocks({.thinking = false, .sign = sign, .keep_details = true}, {with_details}),
            Keys{"text:Hello"})
      << "the client wants no thinking";
  EXPECT_EQ(blocks({.keep_details = true}, {with_details}), Keys{"text:Hello"}) << "nobody signs";
  EXPECT_EQ(blocks({.sign = sign, .keep_details = true}, {}), Keys{"text:Hello"});
}

TEST(StreamState, WhatWasThoughtIsKnownAlsoWhereItIsNotShown) {
  for (const bool shown : {true, false}) {
    EventRecorder recorder;
    Stream stream({.message_id = "msg_7", .model = "m", .thinking = shown}, recorder);
    stream.feed({.has_choice = true, .reasoning = "h"});
    stream.feed({.has_choice = true, .reasoning = "m"});
    EXPECT_EQ(stream.thought().text, "hm");
  }
}

/// Keeps what it was asked to sign.
struct Signer {
  std::string text;
  ThinkingState state;
  std::string operator()(std::string_view thinking, const ThinkingState& with) {
    text = thinking;
    state = with;
    return "signed";
  }
};

TEST(StreamThinking, StateIsSignedOnceAndWholeWhenMoreCame) {
  StreamThinking thinking;
  Signer signer;
  thinking.shown("a");
  thinking.call("1", std::string(extra));
  EXPECT_TRUE(thinking.has_unsent_state());
  EXPECT_EQ(thinking.signature(std::ref(signer)), "signed");
  EXPECT_EQ(signer.text, "a");
  EXPECT_EQ(signer.state.calls.size(), 1U);
  EXPECT_FALSE(thinking.has_unsent_state());
  thinking.shown("b");
  (void)thinking.signature(std::ref(signer));
  EXPECT_EQ(signer.text, "b");
  EXPECT_TRUE(signer.state.empty());
  thinking.details(details);
  (void)thinking.signature(std::ref(signer));
  EXPECT_EQ(signer.state.details_json, details);
  EXPECT_EQ(signer.state.calls.size(), 1U);
}

TEST(StreamThinking, NothingIsNoState) {
  StreamThinking thinking;
  thinking.details("");
  thinking.call("1", "");
  thinking.message("");
  EXPECT_FALSE(thinking.has_unsent_state());
  EXPECT_TRUE(thinking.thought().empty());
}

TEST(StreamThinking, TextUpToTheLimitIsRemembered) {
  StreamThinking thinking;
  thinking.text(std::string(limit - 1, 'x'));
  thinking.text("y");
  EXPECT_EQ(thinking.thought().text, std::string(limit - 1, 'x') + "y");
  thinking.text("z");
  EXPECT_EQ(thinking.thought().text, "");
}

// Cut at the limit, a longer text would have the signature of a shorter one.
TEST(StreamThinking, ATextBeyondTheLimitHasNoOthersSignature) {
  StreamThinking thinking;
  Signer signer;
  thinking.shown(std::string(limit, 'x'));
  thinking.shown("yz");
  thinking.shown("!");
  (void)thinking.signature(std::ref(signer));
  EXPECT_EQ(signer.text, std::string(limit, 'x') + "y");
}

TEST(StreamThinking, StateBeyondTheLimitIsLeftOut) {
  const std::string largest(limit, '1');
  StreamThinking thinking;
  thinking.call("1", largest + "1");
  thinking.message(largest + "1");
  EXPECT_FALSE(thinking.has_unsent_state());
  thinking.call("1", largest);
  EXPECT_TRUE(thinking.has_unsent_state());
  EXPECT_EQ(thinking.thought().state.calls.at("1"), largest);
  thinking.message(largest);
  EXPECT_EQ(thinking.thought().state.message_json, largest);
}

}  // namespace
}  // namespace ccp::translate
