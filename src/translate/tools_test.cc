#include "translate/tools.h"

#include <gtest/gtest.h>

#include <set>

#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

constexpr std::string_view tool_a =
    R"({"name":"A","description":"d","input_schema":{"properties": {},"a":2}})";
constexpr std::string_view sent_a =
    R"("tools":[{"type":"function","function":{"name":"A","description":"d","parameters":{"properties": {},"a":2}}}])";

/// The fields sent for one tool A and a tool_choice.
std::string choice(std::string_view tool_choice) {
  const auto sent =
      sent_fields(R"("tools":[)" + std::string(tool_a) + R"(],"tool_choice":)" + std::string(tool_choice));
  const auto before = "{" + std::string(sent_a) + ",";
  constexpr std::string_view after = R"("max_tokens":200})";
  EXPECT_TRUE(sent.starts_with(before) && sent.ends_with(after)) << sent;
  return sent.substr(before.size(), sent.size() - before.size() - after.size());
}

TEST(Tools, SchemasPassUnread) {
  EXPECT_EQ(sent_fields(R"("tools":[)" + std::string(tool_a) + "]"),
            "{" + std::string(sent_a) + R"(,"max_tokens":200})");
}

TEST(Tools, AnAbsentSchemaIsAnEmptyOne) {
  EXPECT_EQ(
      sent_fields(R"("tools":[{"name":"A","type":"custom"}])"),
      R"({"tools":[{"type":"function","function":{"name":"A","parameters":{"type":"object","properties":{}}}}],)"
      R"("max_tokens":200})");
}

TEST(Tools, Choices) {
  EXPECT_EQ(choice(R"({"type":"auto"})"), R"("tool_choice":"auto",)");
  EXPECT_EQ(choice(R"({"type":"any"})"), R"("tool_choice":"required",)");
  EXPECT_EQ(choice(R"({"type":"none"})"), R"("tool_choice":"none",)");
  EXPECT_EQ(choice(R"({"type":"tool","name":"A"})"),
            R"("tool_choice":{"type":"function","function":{"name":"A"}},)");
  EXPECT_EQ(choice(R"({"type":"tool","name":"B"})"), "");
  EXPECT_EQ(choice(R"({"type":"any","disable_parallel_tool_use":true})"),
            R"("tool_choice":"required","parallel_tool_calls":false,)");
  EXPECT_EQ(choice(R"({"type":"auto","disable_parallel_tool_use":false})"), R"("tool_choice":"auto",)");
}

TEST(Tools, AWeakerChoiceIsAWarning) {
  struct Case {
    std::string_view wanted;
    ToolChoices taken;
    std::string_view sent;
    std::size_t warnings;
  };
  constexpr std::string_view any = R"({"type":"any"})";
  constexpr std::string_view named = R"({"type":"tool","name":"A"})";
  constexpr Case cases[] = {
      {any, ToolChoices::function, R"("tool_choice":"required")", 0},
      {any, ToolChoices::required, R"("tool_choice":"required")", 0},
      {any, ToolChoices::any, R"("tool_choice":"any")", 0},
      {any, ToolChoices::automatic, R"("tool_choice":"auto")", 1},
      {any, ToolChoices::none, "", 1},
      {named, ToolChoices::function, R"("tool_choice":{"type":"function","function":{"name":"A"}})", 0},
      {named, ToolChoices::required, R"("tool_choice":"required")", 1},
      {R"({"type":"auto"})", ToolChoices::automatic, R"("tool_choice":"auto")", 0},
      {R"({"type":"none"})", ToolChoices::automatic, R"("tool_choice":"none")", 0},
  };
  for (const auto& test : cases) {
    const auto out = translated(
        with_fields(R"("tools":[)" + std::string(tool_a) + R"(],"tool_choice":)" + std::string(test.wanted)),
        {.tool_choice = test.taken});
    EXPECT_TRUE(out.json.contains(test.sent)) << out.json;
    EXPECT_EQ(out.json.contains("tool_choice"), !test.sent.empty()) << out.json;
    EXPECT_EQ(out.warnings.size(), test.warnings) << out.json;
  }
}

TEST(Tools, DomainsThatAProviderCannotKeepToAreAWarning) {
  const auto warnings = [](std::string_view domains, WebSearchBy by) {
    return translated(with_fields(R"("tools":[{"type":"web_search_20250305","name":"web_search")" +
                                  std::string(domains) + "}]"),
                      {.web_search = by})
        .warnings.size();
  };
  constexpr std::string_view allowed = R"(,"allowed_domains":["a.org"])";
  constexpr std::string_view blocked = R"(,"blocked_domains":["b.org"])";
  EXPECT_EQ(warnings("", WebSearchBy::options), 0U);
  for (const auto domains : {allowed, blocked}) {
    EXPECT_EQ(warnings(domains, WebSearchBy::options), 1U) << domains;
    EXPECT_EQ(warnings(domains, WebSearchBy::openrouter), 0U) << domains;
  }
}

TEST(Tools, WithoutToolsNothingAboutThemIsSent) {
  EXPECT_EQ(sent_fields(R"("tools":[],"tool_choice":{"type":"any","disable_parallel_tool_use":true})"),
            R"({"max_tokens":200})");
}

TEST(Tools, ServerToolsAreDroppedWithAWarning) {
  for (const std::string type :
       {"web_search_20250305", "web_fetch_20250910", "code_execution_20250522", "mcp_toolset"}) {
    const auto out =
        translated(with_fields(R"("tools":[{"type":")" + type + R"(","name":"s","max_uses":8},)" +
                               std::string(tool_a) + R"(],"tool_choice":{"type":"tool","name":"s"})"));
    ASSERT_TRUE(out.ok) << out.json;
    EXPECT_NE(out.json.find(R"("tools":[{"type":"function","function":{"name":"A")"), std::string::npos)
        << out.json;
    EXPECT_EQ(out.json.find("tool_choice"), std::string::npos) << out.json;
    EXPECT_EQ(out.warnings.size(), 2U);
    EXPECT_EQ(out.json.find("not configured"), std::string::npos) << "other tools are left";
  }
}

TEST(Tools, ANestedWebSearchTellsTheModelThatThereIsNone) {
  const auto out = translated(
      with_fields(R"("system":"s","tools":[{"type":"web_search_20250305","name":"web_search","max_uses":8}],)"
                  R"("tool_choice":{"type":"tool","name":"web_search"})"));
  ASSERT_TRUE(out.ok) << out.json;
  EXPECT_TRUE(out.json.starts_with(
      R"({"model":"up","messages":[{"role":"system","content":"s\n\nWeb search is not configured)"))
      << out.json;
  EXPECT_EQ(out.json.find("tool"), std::string::npos) << out.json;
}

TEST(Tools, ToolsThatTheClientExecutesBecomeFunctions) {
  const auto sent = [](std::string_view tool) {
    auto json = sent_fields(R"("tools":[)" + std::string(tool) + "]");
    EXPECT_TRUE(json::is_object(json)) << json;
    return json;
  };
  const auto bash = sent(R"({"type":"bash_20250124","name":"bash"})");
  EXPECT_NE(bash.find(R"("name":"bash")"), std::string::npos) << bash;
  EXPECT_NE(bash.find(R"("command")"), std::string::npos) << bash;
  const auto older = sent(R"({"type":"text_editor_20250124","name":"str_replace_editor"})");
  EXPECT_NE(older.find("undo_edit"), std::string::npos) << older;
  const auto newer = sent(R"({"type":"text_editor_20250728","name":"str_replace_based_edit_tool"})");
  EXPECT_EQ(newer.find("undo_edit"), std::string::npos) << newer;
  EXPECT_NE(newer.find("insert_text"), std::string::npos) << newer;
}

TEST(Tools, TooManyAreAClearError) {
  std::string tools = "[";
  for (int i = 0; i < 3; ++i) tools += (i ? "," : "") + (R"({"name":"t)" + std::to_string(i) + R"("})");
  tools += "]";
  EXPECT_EQ(
      sent_fields(R"("tools":)" + tools, {.max_tools = 2}),
      "tools: 3 tools, but the provider takes at most 2: disable MCP servers or tools that are not needed");
  EXPECT_TRUE(translated(with_fields(R"("tools":)" + tools), {.max_tools = 3}).ok);
}

TEST(ToolNames, FittingNamesPassUnchanged) {
  ToolNames names;
  for (const std::string name : {"Bash", "mcp__server__tool-1", "a", "azAZ09_-"})
    EXPECT_EQ(names.upstream(name), name);
  EXPECT_EQ(names.upstream(std::string(64, 'a')), std::string(64, 'a'));
  EXPECT_EQ(names.client("anything"), "anything");
}

TEST(ToolNames, SomeProvidersWantALetterFirst) {
  ToolNames names(ToolNameStart::letter);
  for (const std::string name : {"a", "z", "A", "Z", "zoom-1"}) EXPECT_EQ(names.upstream(name), name);
  for (const std::string name : {"1a", "_a", "-a"}) {
    const auto upstream = names.upstream(name);
    EXPECT_TRUE(upstream.starts_with("tool_")) << upstream;
    EXPECT_EQ(names.client(upstream), name);
    EXPECT_EQ(ToolNames().upstream(name), name) << "elsewhere it fits";
  }
}

TEST(ToolNames, OthersAreReplacedAndMappedBack) {
  ToolNames names;
  std::set<std::string> seen;
  for (const std::string& name :
       {std::string(65, 'a'), std::string(66, 'a'), std::string("a.b"), std::string("a b"),
        std::string("\u4e16"), std::string(), std::string(1000, '.'), std::string("1.2")}) {
    const auto upstream = names.upstream(name);
    EXPECT_LE(upstream.size(), 64U) << name;
    EXPECT_EQ(upstream.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"),
              std::string::npos)
        << upstream;
    EXPECT_TRUE(seen.insert(upstream).second) << upstream;
    EXPECT_EQ(names.client(upstream), name);
    EXPECT_EQ(names.upstream(name), upstream);
    EXPECT_EQ(ToolNames().upstream(name), upstream) << "the same in every request";
  }
}

TEST(ToolNames, AClientNameThatLooksReplacedCannotCollide) {
  ToolNames names;
  const auto replaced = names.upstream("a.b");
  const auto again = names.upstream(replaced);
  EXPECT_NE(again, replaced);
  EXPECT_EQ(names.client(again), replaced);
  EXPECT_EQ(names.client(replaced), "a.b");
}

TEST(ToolNames, HistoryAndChoiceUseTheSameName) {
  const std::string name(70, 'n');
  const auto out =
      translated(R"({"model":"m","max_tokens":1,"tools":[{"name":")" + name +
                 R"("}],"tool_choice":{"type":"tool","name":")" + name +
                 R"("},"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":")" +
                 name + R"("}]}]})");
  ASSERT_TRUE(out.ok) << out.json;
  EXPECT_EQ(out.json.find(name), std::string::npos);
  const auto shortened = R"("name":")" + ToolNames().upstream(name) + "\"";
  std::size_t count = 0;
  for (auto at = out.json.find(shortened); at != std::string::npos; at = out.json.find(shortened, at + 1))
    ++count;
  EXPECT_EQ(count, 3U) << out.json;
}

}  // namespace
}  // namespace ccp::translate
