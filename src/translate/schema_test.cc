#include "translate/schema.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

TEST(Schema, OnlyAMissingPropertiesIsAdded) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", R"({"type":"object","properties":{}})"},
      {"{}", R"({"type":"object","properties":{}})"},
      {R"({"type":"object"})", R"({"type":"object","properties":{}})"},
      {R"({ "type" : "object" , "additionalProperties":false })",
       R"({ "type" : "object" , "additionalProperties":false ,"properties":{}})"},
      {R"({"type":"object","$defs":{"properties":{"properties":{}}}})",
       R"({"type":"object","$defs":{"properties":{"properties":{}}},"properties":{}})"},
      {R"({"title":"properties","type":"object"})",
       R"({"title":"properties","type":"object","properties":{}})"},
      {R"({"description":"say \"properties\": {","type":"object"})",
       R"({"description":"say \"properties\": {","type":"object","properties":{}})"},
      {R"({"description":"5\" wide","type":"object"})",
       R"({"description":"5\" wide","type":"object","properties":{}})"},
      {R"({"$defs":{"x":{"type":"string"}},"type":"object"})",
       R"({"$defs":{"x":{"type":"string"}},"type":"object","properties":{}})"},
      {R"({"required":["properties"],"type":"object"})",
       R"({"required":["properties"],"type":"object","properties":{}})"},
      {R"({"description":"\\","type":"object"})", R"({"description":"\\","type":"object","properties":{}})"},
  };
  for (const auto& [schema, sent] : cases)
    EXPECT_EQ(parameters(schema, SchemaDialect::as_is).view(), sent) << schema;
}

TEST(Schema, EverythingElsePassesUnread) {
  for (const std::string_view schema : {
           R"({"properties":{"a": {}},  "type":"object"})",
           R"({"type":"object","required":[],"properties":{}})",
           R"({"$ref":"#/$defs/x","$defs":{"x":{"type":"object"}}})",
           R"({"anyOf":[{"type":"object"}]})",
           R"({"type":"string"})",
           R"({"type":["object","null"]})",
       }) {
    EXPECT_EQ(parameters(schema, SchemaDialect::as_is).view(), schema);
  }
}

}  // namespace
}  // namespace ccp::translate
