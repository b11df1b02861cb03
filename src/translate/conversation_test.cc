#include "translate/conversation.h"

#include <gtest/gtest.h>

#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

/// One line a message: the role, what it says. Keeps the table below readable.
struct ConversationCase {
  std::string_view name;
  std::string_view client;
  std::string_view upstream;
};

#define CALL(id) R"({"type":"tool_use","id":")" id R"(","name":"T","input":{}})"
#define RESULT(id, text) R"({"type":"tool_result","tool_use_id":")" id R"(","content":")" text R"("})"
#define TEXT(text) R"({"type":"text","text":")" text R"("})"
#define PNG "iVBORw0KGgo="
#define IMAGE R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":")" PNG R"("}})"
#define USER(blocks) R"({"role":"user","content":[)" blocks "]}"
#define ASSISTANT(blocks) R"({"role":"assistant","content":[)" blocks "]}"
#define SYSTEM(text) R"({"role":"system","content":")" text R"("})"

#define UP_CALL(id) R"({"id":")" id R"(","type":"function","function":{"name":"T","arguments":"{}"}})"
#define UP_CALLS(content, calls) R"({"role":"assistant","content":)" content R"(,"tool_calls":[)" calls "]}"
#define UP_TOOL(id, text) R"({"role":"tool","tool_call_id":")" id R"(","content":")" text R"("})"
#define UP_USER(text) R"({"role":"user","content":")" text R"("})"
#define UP_IMAGE R"({"type":"image_url","image_url":{"url":"data:image/png;base64,)" PNG R"("}})"
#define UP_TEXT(text) R"({"type":"text","text":")" text R"("})"

constexpr ConversationCase cases[] = {
    {"system stays in its place", USER(TEXT("a")) "," SYSTEM("s") "," USER(TEXT("b")),
     UP_USER("a") "," SYSTEM("s") "," UP_USER("b")},
    {"system is never between a call and its result",
     ASSISTANT(CALL("1")) "," SYSTEM("s") "," USER(RESULT("1", "r") "," TEXT("b")),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "r") "," SYSTEM("s") "," UP_USER("b")},
    {"an empty system message is left out", SYSTEM("") "," USER(TEXT("a")), UP_USER("a")},
    {"texts of a user message become one string", USER(TEXT("a") "," TEXT("b")), UP_USER("a\\n\\nb")},
    {"texts around an image", USER(TEXT("a") "," IMAGE "," TEXT("b") "," TEXT("c")),
     R"({"role":"user","content":[)" UP_TEXT("a") "," UP_IMAGE "," UP_TEXT("b\\n\\nc") "]}"},
    {"results come first, in the order of the calls, the rest is one message",
     ASSISTANT(TEXT("go") "," CALL("1") "," CALL("2")) "," USER(
         TEXT("a") "," RESULT("2", "r2") "," TEXT("b") "," RESULT("1", "r1")),
     UP_CALLS("\"go\"", UP_CALL("1") "," UP_CALL("2")) "," UP_TOOL("1", "r1") "," UP_TOOL(
         "2", "r2") "," UP_USER("a\\n\\nb")},
    {"results spread over messages are gathered",
     ASSISTANT(CALL("1") "," CALL("2")) "," USER(RESULT("2", "r2")) "," USER(TEXT("a") "," RESULT("1", "r1")),
     UP_CALLS("null", UP_CALL("1") "," UP_CALL("2")) "," UP_TOOL("1", "r1") "," UP_TOOL(
         "2", "r2") "," UP_USER("a")},
    {"a late result is moved up to its call",
     ASSISTANT(CALL("1")) "," USER(TEXT("a")) "," ASSISTANT(TEXT("b")) "," USER(RESULT("1", "r")),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL(
         "1", "r") "," UP_USER("a") ","
                                    R"({"role":"assistant","content":"b"})"},
    {"a missing result is made up", ASSISTANT(CALL("1") "," CALL("2")) "," USER(RESULT("2", "r2")),
     UP_CALLS("null", UP_CALL("1") "," UP_CALL("2")) "," UP_TOOL("1", "No result.") "," UP_TOOL("2", "r2")},
    {"also at the end of the conversation", USER(TEXT("a")) "," ASSISTANT(CALL("1")),
     UP_USER("a") "," UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "No result.")},
    {"a result without a call becomes user text", USER(RESULT("9", "r") "," TEXT("a")), UP_USER("r\\n\\na")},
    {"a result before its call answers nothing", USER(RESULT("1", "r")) "," ASSISTANT(CALL("1")),
     UP_USER("r") "," UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "No result.")},
    {"a second result for a call becomes user text",
     ASSISTANT(CALL("1")) "," USER(RESULT("1", "r") "," RESULT("1", "again")),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "r") "," UP_USER("again")},
    {"ids used anew in every turn",
     ASSISTANT(CALL("1")) "," USER(TEXT("a")) "," ASSISTANT(CALL("1")) "," USER(RESULT("1", "r")),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "No result.") "," UP_USER("a") "," UP_CALLS(
         "null", UP_CALL("1")) "," UP_TOOL("1", "r")},
    {"the same id twice in one turn",
     ASSISTANT(CALL("1") "," CALL("1")) "," USER(RESULT("1", "r1") "," RESULT("1", "r2")),
     UP_CALLS("null", UP_CALL("1") "," UP_CALL("1")) "," UP_TOOL("1", "r1") "," UP_TOOL("1", "r2")},
    {"neighbouring assistant messages are one turn",
     ASSISTANT(TEXT("a") "," CALL("1")) "," ASSISTANT(TEXT("b") "," CALL("2")) "," USER(
         RESULT("1", "r1") "," RESULT("2", "r2")),
     UP_CALLS("\"a\\n\\nb\"", UP_CALL("1") "," UP_CALL("2")) "," UP_TOOL("1", "r1") "," UP_TOOL("2", "r2")},
    {"the same id in neighbouring assistant messages",
     ASSISTANT(CALL("1")) "," ASSISTANT(CALL("1")) "," USER(RESULT("1", "r1") "," RESULT("1", "r2")),
     UP_CALLS("null", UP_CALL("1") "," UP_CALL("1")) "," UP_TOOL("1", "r1") "," UP_TOOL("1", "r2")},
    {"a failed tool is marked",
     ASSISTANT(CALL("1")) "," USER(
         R"({"type":"tool_result","tool_use_id":"1","content":"Exit code 3","is_error":true})"),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "Error: Exit code 3")},
    {"also without output",
     ASSISTANT(CALL("1")) "," USER(R"({"type":"tool_result","tool_use_id":"1","is_error":true})"),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "Error")},
    {"an empty result stays empty",
     ASSISTANT(CALL("1")) "," USER(R"({"type":"tool_result","tool_use_id":"1"})"),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "")},
    {"an image in a result waits for the next user message",
     ASSISTANT(CALL("1")) "," SYSTEM("s") "," USER(
         R"({"type":"tool_result","tool_use_id":"1","content":[)" TEXT("t") "," IMAGE "]}," TEXT("a")),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "t\\n\\n[image: see the next user message]") "," SYSTEM(
         "s") ","
              R"({"role":"user","content":[)" UP_IMAGE "," UP_TEXT("a") "]}"},
    {"several images are numbered in the order of the calls",
     ASSISTANT(CALL("1") "," CALL("2")) "," USER(
         R"({"type":"tool_result","tool_use_id":"2","content":[)" IMAGE "]},"
         R"({"type":"tool_result","tool_use_id":"1","content":[)" IMAGE "]}"),
     UP_CALLS("null", UP_CALL("1") "," UP_CALL("2")) "," UP_TOOL("1", "[image 1: see the next user message]") "," UP_TOOL(
         "2", "[image 2: see the next user message]") ","
                                                      R"({"role":"user","content":[)" UP_TEXT(
                                                          "[image 1]") "," UP_IMAGE
                                                                       "," UP_TEXT("[image 2]") "," UP_IMAGE
                                                                                                "]}"},
    {"an image of a late result does not pass an assistant message",
     ASSISTANT(CALL("1")) "," ASSISTANT(TEXT("b")) "," SYSTEM("s") "," ASSISTANT(TEXT("c")) "," USER(
         R"({"type":"tool_result","tool_use_id":"1","content":[)" IMAGE "]}"),
     UP_CALLS("\"b\"", UP_CALL("1")) "," UP_TOOL("1", "[image: see the next user message]") "," SYSTEM(
         "s") ","
              R"({"role":"user","content":[)" UP_IMAGE "]},"
              R"({"role":"assistant","content":"c"})"},
    {"an image of an answered result that no user message follows",
     ASSISTANT(CALL("1") R"(,{"type":"tool_result","tool_use_id":"1","content":[)" IMAGE "]}"),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL(
         "1", "[image: see the next user message]") ","
                                                    R"({"role":"user","content":[)" UP_IMAGE "]}"},
    {"two calls of one id, numbered anew in a later turn",
     ASSISTANT(CALL("1")) "," USER(RESULT("1", "r")) "," ASSISTANT(CALL("1") "," CALL("1")) "," USER(
         RESULT("1", "s") "," RESULT("1", "t")),
     UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "r") "," UP_CALLS(
         "null", UP_CALL("1") "," UP_CALL("1")) "," UP_TOOL("1", "s") "," UP_TOOL("1", "t")},
    {"texts of an assistant message become one", ASSISTANT(TEXT("a") "," TEXT("b")),
     R"({"role":"assistant","content":"a\n\nb"})"},
    {"a prefill stays last",
     USER(TEXT("a")) ","
                     R"({"role":"assistant","content":"{"})",
     UP_USER("a") ","
                  R"({"role":"assistant","content":"{"})"},
    {"an assistant message of thinking alone is left out",
     USER(TEXT("a")) "," ASSISTANT(R"({"type":"thinking","thinking":"t","signature":""})") "," USER(
         TEXT("b")),
     UP_USER("a") "," UP_USER("b")},
    {"an assistant message without content is left out",
     USER(TEXT("a")) ","
                     R"({"role":"assistant","content":null})"
                     "," USER(TEXT("b")),
     UP_USER("a") "," UP_USER("b")},
    {"thinking is dropped by default",
     ASSISTANT(R"({"type":"thinking","thinking":"t"},{"type":"redacted_thinking","data":"d"},)" TEXT("a")),
     R"({"role":"assistant","content":"a"})"},
    {"a user message without content is never an empty list", USER(""), UP_USER("(no content)")},
    {"nor one of empty texts", USER(TEXT("")), UP_USER("(no content)")},
    {"nothing to say at all", ASSISTANT(""), UP_USER("(no content)")},
};

TEST(Conversation, Cases) {
  for (const auto& test : cases) EXPECT_EQ(sent_messages(test.client), test.upstream) << test.name;
}

#define REMINDER(text) "<system-reminder>\\n" text "\\n</system-reminder>"

TEST(Conversation, SystemIsFoldedForProvidersThatTakeItFirstOnly) {
  const std::pair<std::string_view, std::string_view> folded[] = {
      {SYSTEM("s") "," USER(TEXT("a")), SYSTEM("s") "," UP_USER("a")},
      {SYSTEM("s") "," SYSTEM("t") "," USER(TEXT("a")), SYSTEM("s\\n\\nt") "," UP_USER("a")},
      {USER(TEXT("a")) "," SYSTEM("s"), UP_USER("a\\n\\n" REMINDER("s"))},
      {USER(IMAGE) "," SYSTEM("s"), R"({"role":"user","content":[)" UP_IMAGE "," UP_TEXT(REMINDER("s")) "]}"},
      {ASSISTANT(CALL("1")) "," USER(RESULT("1", "r")) "," SYSTEM("s"),
       UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "r\\n\\n" REMINDER("s"))},
      {ASSISTANT(TEXT("a")) "," SYSTEM("s") "," USER(TEXT("b")),
       R"({"role":"assistant","content":"a"},)" UP_USER(REMINDER("s") "\\n\\nb")},
  };
  for (const auto& [client, upstream] : folded)
    EXPECT_EQ(sent_messages(client, {.inline_system = false}), upstream) << client;
}

TEST(Conversation, NoUserMessageBehindAToolMessageWhereItIsRefused) {
  const std::pair<std::string_view, std::string_view> folded[] = {
      {ASSISTANT(CALL("1")) "," USER(RESULT("1", "r") "," TEXT("a") "," TEXT("b")),
       UP_CALLS("null", UP_CALL("1")) "," UP_TOOL("1", "r\\n\\na\\n\\nb")},
      {ASSISTANT(CALL("1")) "," USER(RESULT("1", "r") "," IMAGE),
       UP_CALLS("null", UP_CALL("1")) "," UP_TOOL(
           "1", "r") R"(,{"role":"assistant","content":"I will look at it."},)"
                     R"({"role":"user","content":[)" UP_IMAGE "]}"},
      {USER(TEXT("a")) "," USER(TEXT("b")), UP_USER("a") "," UP_USER("b")},
  };
  for (const auto& [client, upstream] : folded)
    EXPECT_EQ(sent_messages(client, {.user_after_tool = false}), upstream) << client;
}

TEST(Conversation, ReasoningIsReplayedOnToolTurnsOnly) {
  const Profile profile{.replay = Replay::tool_turns};
  constexpr std::string_view thinking = R"({"type":"thinking","thinking":"why","signature":"ours"})";
  const auto with = [&](std::string_view block) {
    return sent_messages(
        R"({"role":"assistant","content":[)" + std::string(thinking) + "," + std::string(block) + "]}",
        profile);
  };
  EXPECT_EQ(with(CALL("1")),
            R"({"role":"assistant","content":null,"reasoning_content":"why","tool_calls":[)" UP_CALL(
                "1") "]}," UP_TOOL("1", "No result."));
  EXPECT_EQ(with(TEXT("a")), R"({"role":"assistant","content":"a"})");
}

TEST(Conversation, RepairsAreWarnings) {
  const auto warnings = [](std::string_view messages) {
    return translated(R"({"model":"m","max_tokens":1,"messages":[)" + std::string(messages) + "]}")
        .warnings.size();
  };
  EXPECT_EQ(warnings(ASSISTANT(CALL("1")) "," USER(RESULT("1", "r"))), 0U);
  EXPECT_EQ(warnings(ASSISTANT(CALL("1"))), 1U);
  EXPECT_EQ(warnings(USER(RESULT("1", "r"))), 1U);
  EXPECT_EQ(warnings(ASSISTANT(CALL("1") "," RESULT("1", "r"))), 0U);
  EXPECT_EQ(warnings(ASSISTANT(TEXT("a") "," RESULT("1", "r"))), 1U);
  EXPECT_EQ(warnings(ASSISTANT(R"({"type":"not_known","id":"s"},)" TEXT("a"))), 1U);
}

TEST(Conversation, ABrokenPictureInAResultIsALine) {
  EXPECT_EQ(
      sent_messages(ASSISTANT(CALL("1")) "," USER(
          TEXT("a") R"(,{"type":"tool_result","tool_use_id":"1","content":[)" TEXT(
              "t") R"(,{"type":"image","source":{"type":"base64","media_type":"image/png","data":"%%%"}}]})")),
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function",)"
      R"("function":{"name":"T","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1",)"
      R"("content":"t\n\n[image: it cannot be shown here, because the image is not valid base64]"},)"
      R"({"role":"user","content":"a"})");
}

TEST(Conversation, TheSamePrefixGivesTheSameBytes) {
  const std::string first =
      USER(TEXT("a")) "," SYSTEM("s") "," ASSISTANT(CALL("1")) "," USER(RESULT("1", "r"));
  const auto before = sent_messages(first);
  const auto after = sent_messages(first + "," ASSISTANT(TEXT("b")) "," SYSTEM("s2") "," USER(TEXT("c")));
  EXPECT_TRUE(after.starts_with(before)) << before << "\n" << after;
}

}  // namespace
}  // namespace ccp::translate
