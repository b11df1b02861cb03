#include "translate/tool_text.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

TEST(ToolText, LooksLikeTypeScript) {
  EXPECT_EQ(
      tool_text("get", "Gets it.",
                R"({"type":"object","properties":{"city":{"type":"string","description":"Where"},)"
                R"("unit":{"enum":["c","f"]},"days":{"type":"array","items":{"type":"integer"}},)"
                R"("at":{"type":"object","properties":{"x":{"type":"number"}}},)"
                R"("or":{"anyOf":[{"type":"string"},{"type":"null"}]},"any":{}},"required":["city"]})"),
      "// Gets it.\ntype get = (_: {\n// Where\ncity: string,\nunit?: \"c\" | \"f\",\ndays?: number[],\n"
      "at?: {\nx?: number,\n},\nor?: string | null,\nany?: any,\n}) => any;\n\n");
}

TEST(ToolText, ObjectsAndArraysOfAnything) {
  EXPECT_EQ(tool_text("t", "", R"({"properties":{"o":{"type":"object"},"a":{"type":"array"},"x":true}})"),
            "type t = (_: {\no?: object,\na?: any[],\nx?: any,\n}) => any;\n\n");
}

TEST(ToolText, ValuesKeepTheirLetters) {
  EXPECT_EQ(tool_text("t", "", R"({"properties":{"a":{"enum":["ä","\u4e16",1]}}})"),
            "type t = (_: {\na?: \"ä\" | \"世\" | 1,\n}) => any;\n\n");
}

TEST(ToolText, OddSchemasSayNothing) {
  EXPECT_EQ(tool_text("t", "", R"({"required":"a","properties":{"a":{"type":"object","properties":["b"]}}})"),
            "type t = (_: {\na?: {\n},\n}) => any;\n\n");
}

TEST(ToolText, WithoutArguments) {
  EXPECT_EQ(tool_text("now", "", ""), "type now = () => any;\n\n");
  EXPECT_EQ(tool_text("now", "", R"({"type":"object","properties":{}})"), "type now = () => any;\n\n");
}

TEST(ToolText, DeepSchemasAreCut) {
  std::string schema = R"({"type":"string"})";
  for (int i = 0; i < 60; ++i) schema = R"({"type":"array","items":)" + schema + "}";
  EXPECT_LT(tool_text("t", "", R"({"properties":{"a":)" + schema + "}}").size(), 200U);
}

TEST(ToolText, TwelveLevelsAreShown) {
  const std::pair<std::string, std::string> levels[] = {
      {R"({"type":"array","items":)", "}"},
      {R"({"type":"object","properties":{"b":)", "}}"},
      {R"({"anyOf":[)", "]}"},
      {R"({"oneOf":[)", "]}"},
  };
  for (const auto& [before, after] : levels) {
    std::string schema = R"({"enum":["deep"]})";
    for (int i = 0; i < 11; ++i) schema = before + schema + after;
    EXPECT_TRUE(tool_text("t", "", R"({"properties":{"a":)" + schema + "}}").contains("deep")) << before;
    schema = before + schema + after;
    EXPECT_FALSE(tool_text("t", "", R"({"properties":{"a":)" + schema + "}}").contains("deep")) << before;
  }
}

}  // namespace
}  // namespace ccp::translate
