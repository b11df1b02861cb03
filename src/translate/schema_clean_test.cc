#include <gtest/gtest.h>

#include "translate/schema.h"

namespace ccp::translate {
namespace {

std::string gemini(std::string_view property) {
  constexpr std::string_view before = R"({"type":"object","properties":{"a":)";
  const auto cleaned =
      cleaned_schema(std::string(before) + std::string(property) + "}}", SchemaDialect::gemini);
  EXPECT_TRUE(cleaned.starts_with(before) && cleaned.ends_with("}}")) << cleaned;
  return cleaned.substr(before.size(), cleaned.size() - before.size() - 2);
}

TEST(SchemaClean, GeminiKeywords) {
  EXPECT_EQ(gemini(R"({"type":"integer","exclusiveMinimum":0,"minimum":1})"),
            R"({"type":"integer","minimum":1})");
  EXPECT_EQ(gemini(R"({"const":"x"})"), R"({"enum":["x"],"type":"string"})");
  EXPECT_EQ(gemini(R"({"const":1})"), "{}");
  EXPECT_EQ(gemini(R"({"type":"array","items":{"const":"a"}})"),
            R"({"type":"array","items":{"enum":["a"],"type":"string"}})");
  EXPECT_EQ(gemini(R"({"type":["string"]})"), R"({"type":"string"})");
  EXPECT_EQ(gemini(R"({"type":["string","null"]})"), R"({"type":"string","nullable":true})");
  EXPECT_EQ(gemini(R"({"type":["string","integer","null"]})"),
            R"({"anyOf":[{"type":"string"},{"type":"integer"}],"nullable":true})");
  EXPECT_EQ(
      gemini(R"({"oneOf":[{"type":"string","const":"a"},{"type":"object","additionalProperties":false}]})"),
      R"({"anyOf":[{"type":"string","enum":["a"]},{"type":"object"}]})");
  EXPECT_EQ(gemini(R"({"allOf":[{"type":"string"},{"description":"d"}],"minLength":1})"),
            R"({"minLength":1,"type":"string","description":"d"})");
  EXPECT_EQ(gemini(R"({"type":"array","prefixItems":[{"type":"string"}]})"),
            R"({"type":"array","items":{"type":"string"}})");
  EXPECT_EQ(gemini(R"({"type":"string","format":"uri"})"), R"({"type":"string"})");
  EXPECT_EQ(gemini(R"({"type":"string","format":"date-time"})"), R"({"type":"string","format":"date-time"})");
  EXPECT_EQ(gemini(R"({"type":"object","propertyNames":{"type":"string"},"required":["gone"]})"),
            R"({"type":"object"})");
  EXPECT_EQ(gemini("true"), "{}");
  EXPECT_EQ(
      gemini(R"({"oneOf":[{"type":"string"}],"discriminator":{"propertyName":"x"},"x-order":1,"id":"a"})"),
      R"({"type":"string"})");
}

TEST(SchemaClean, GeminiTakesNoChoiceThatIsNone) {
  EXPECT_EQ(
      gemini(
          R"({"description":"d","anyOf":[{"type":"string","enum":["a","b"]},{"type":"string","const":"c"}]})"),
      R"({"description":"d","type":"string","enum":["a","b","c"]})");
  EXPECT_EQ(gemini(R"({"anyOf":[{"type":"integer","minimum":1},{"type":"null"}],"description":"d"})"),
            R"({"description":"d","nullable":true,"type":"integer","minimum":1})");
  EXPECT_EQ(gemini(R"({"anyOf":[{"type":"string","enum":["a"]},{"type":"string"},{"type":"null"}]})"),
            R"({"anyOf":[{"type":"string","enum":["a"]},{"type":"string"}],"nullable":true})");
  EXPECT_EQ(gemini(R"({"anyOf":[{"type":"null"}]})"), R"({"nullable":true})");
  EXPECT_EQ(gemini(R"({"anyOf":[{"type":7},{"enum":"x","type":"string"}]})"),
            R"({"anyOf":[{"type":7},{"enum":"x","type":"string"}]})");
}

TEST(SchemaClean, GeminiTakesEnumsOfTextsThatSaySomething) {
  EXPECT_EQ(gemini(R"({"type":"string","enum":["list",""]})"), R"({"type":"string","enum":["list"]})");
  EXPECT_EQ(gemini(R"({"type":["string","null"],"enum":["a","b",null]})"),
            R"({"type":"string","enum":["a","b"],"nullable":true})");
  EXPECT_EQ(gemini(R"({"enum":["a",1]})"), "{}");
  EXPECT_EQ(gemini(R"({"type":"string","enum":[""]})"), R"({"type":"string"})");
}

TEST(SchemaClean, WhatBelongsToOneOfSeveralTypesGoesWithIt) {
  EXPECT_EQ(
      gemini(R"({"type":["string","array"],"items":{"const":"x"},"description":"d"})"),
      R"({"description":"d","anyOf":[{"type":"string"},{"type":"array","items":{"enum":["x"],"type":"string"}}]})");
  EXPECT_EQ(
      gemini(R"({"type":["object","null","string"],"properties":{"p":{"type":"string"}}})"),
      R"({"anyOf":[{"type":"object","properties":{"p":{"type":"string"}}},{"type":"string"}],"nullable":true})");
}

TEST(SchemaClean, AWordOfADialectIsAlsoAPropertysName) {
  EXPECT_EQ(
      cleaned_schema(R"({"type":"object","properties":{"const":{"type":"string"},"$id":{"type":"string"}},)"
                     R"("required":["const","$id"]})",
                     SchemaDialect::gemini),
      R"({"type":"object","properties":{"const":{"type":"string"},"$id":{"type":"string"}},)"
      R"("required":["const","$id"]})");
}

// A default is a value, not a schema.
TEST(SchemaClean, ValuesAreNotCleaned) {
  constexpr std::string_view schema =
      R"({"type":"object","properties":{"a":{"type":"object","default":{"$id":"x","const":1}}}})";
  EXPECT_EQ(cleaned_schema(schema, SchemaDialect::gemini), schema);
}

TEST(SchemaClean, ReferencesAreWrittenOut) {
  EXPECT_EQ(cleaned_schema(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/x","description":"own"}},)"
                           R"("$defs":{"x":{"type":"string","description":"d"}}})",
                           SchemaDialect::gemini),
            R"({"type":"object","properties":{"a":{"description":"own","type":"string"}}})");
}

TEST(SchemaClean, AReferenceToItselfEnds) {
  const auto cleaned = cleaned_schema(
      R"({"type":"object","properties":{"next":{"$ref":"#"},"loop":{"$ref":"#/$defs/l"}},"$defs":{"l":{"$ref":"#/$defs/l"}}})",
      SchemaDialect::gemini);
  EXPECT_LT(cleaned.size(), 200'000U);
  EXPECT_EQ(cleaned.find("$ref"), std::string::npos);
}

// 24 levels of lists, and the schema in the last is cut.
TEST(SchemaClean, DepthIsBounded) {
  const auto nested = [](int levels, const std::string& innermost) {
    std::string schema = innermost;
    for (int i = 0; i < levels; ++i) schema = R"({"type":"array","items":)" + schema + "}";
    return schema;
  };
  const std::string text = R"({"type":"string"})";
  for (const auto dialect : {SchemaDialect::openai, SchemaDialect::gemini}) {
    EXPECT_EQ(cleaned_schema(nested(24, text), dialect), nested(24, text));
    EXPECT_EQ(cleaned_schema(nested(25, text), dialect), nested(25, "{}"));
  }
}

TEST(SchemaClean, EveryLevelCounts) {
  struct Level {
    std::string before, after, before_cleaned, after_cleaned;
  };
  const std::string items = R"({"type":"array","items":)", object = R"({"type":"object","properties":{"a":)";
  const Level levels[] = {{R"({"anyOf":[)", "]}", R"({"anyOf":[)", "]}"},
                          {object, "}}", object, "}}"},
                          {R"({"type":"array","items":[)", "]}", items, "}"}};
  for (const auto& level : levels) {
    std::string at_limit = R"({"enum":["x"]})", cleaned = at_limit, beyond = at_limit, cut = "{}";
    for (int i = 0; i < 24; ++i) {
      at_limit = level.before + at_limit + level.after;
      cleaned = level.before_cleaned + cleaned + level.after_cleaned;
    }
    for (int i = 0; i < 25; ++i) {
      beyond = level.before + beyond + level.after;
      cut = level.before_cleaned + cut + level.after_cleaned;
    }
    EXPECT_EQ(cleaned_schema(at_limit, SchemaDialect::grammar), cleaned);
    EXPECT_EQ(cleaned_schema(beyond, SchemaDialect::grammar), cut);
  }
}

TEST(SchemaClean, AReferenceToNoSchemaAllowsEverything) {
  for (const std::string_view reference :
       {"#/nowhere", "#/required", "#nowhere", "https://example.com/schema", ""}) {
    EXPECT_EQ(cleaned_schema(R"({"type":"object","required":["a"],"properties":{"a":{"$ref":")" +
                                 std::string(reference) + R"("}}})",
                             SchemaDialect::mistral),
              R"({"type":"object","required":["a"],"properties":{"a":{}}})")
        << reference;
  }
}

// The property is the first level, each reference one more.
TEST(SchemaClean, ChainsOfReferencesAreBounded) {
  const auto chain = [](int links) {
    std::string definitions;
    for (int i = 1; i < links; ++i) {
      definitions += "\"" + std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"},";
    }
    definitions += "\"" + std::to_string(links) + R"(":{"type":"string"})";
    return cleaned_schema(
        R"({"type":"object","properties":{"a":{"$ref":"#/$defs/1"}},"$defs":{)" + definitions + "}}",
        SchemaDialect::gemini);
  };
  EXPECT_EQ(chain(23), R"({"type":"object","properties":{"a":{"type":"string"}}})");
  EXPECT_EQ(chain(24), R"({"type":"object","properties":{"a":{}}})");
}

TEST(SchemaClean, WhatCannotBeReadOrNeedNotBeCleanedStays) {
  constexpr std::string_view cut = R"({"type":"object","properties":{)";
  for (const auto dialect : {SchemaDialect::as_is, SchemaDialect::gemini, SchemaDialect::grammar}) {
    EXPECT_EQ(cleaned_schema(cut, dialect), cut);
  }
  constexpr std::string_view schema = R"({"$id":"x","const":1})";
  EXPECT_EQ(cleaned_schema(schema, SchemaDialect::as_is), schema);
  EXPECT_FALSE(fits_strict_mode(cut));
}

TEST(SchemaClean, AChoiceAtTheRootBecomesOneObject) {
  EXPECT_EQ(cleaned_schema(R"({"anyOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},)"
                           R"({"properties":{"b":{"type":"array"}}}]})",
                           SchemaDialect::openai),
            R"({"properties":{"a":{"type":"string"},"b":{"type":"array","items":{}}},"type":"object"})");
}

TEST(SchemaClean, AChoiceThatAllowsEverythingAddsNothing) {
  EXPECT_EQ(
      cleaned_schema(R"({"allOf":[true,{"properties":{"a":{"type":"string"}}}]})", SchemaDialect::openai),
      R"({"properties":{"a":{"type":"string"}},"type":"object"})");
}

TEST(SchemaClean, AChoiceThatIsNoListSaysNothing) {
  for (const std::string keyword : {"anyOf", "oneOf", "allOf"}) {
    EXPECT_EQ(cleaned_schema(R"({"properties":{},")" + keyword + R"(":"x"})", SchemaDialect::openai),
              R"({"properties":{},"type":"object"})");
  }
}

TEST(SchemaClean, GrammarsTakeSimplePatternsOnly) {
  const auto grammar = [](std::string_view schema) { return cleaned_schema(schema, SchemaDialect::grammar); };
  EXPECT_EQ(grammar(R"({"type":"string","pattern":"^a$"})"), R"({"type":"string","pattern":"^a$"})");
  for (const std::string_view pattern : {"a", "^a", R"(^(?=a)b$)", R"(^\\bfoo$)"}) {
    EXPECT_EQ(grammar(R"({"type":"string","pattern":")" + std::string(pattern) + R"("})"),
              R"({"type":"string"})");
  }
  EXPECT_EQ(grammar(R"({"type":"string","maxLength":100000,"minLength":1})"),
            R"({"type":"string","minLength":1})");
  constexpr std::string_view most = R"({"type":"array","maxItems":1000})";
  EXPECT_EQ(grammar(most), most);
  EXPECT_EQ(grammar(R"({"type":"array","maxItems":1001})"), R"({"type":"array"})");
}

TEST(SchemaClean, KimiTakesTheTypeInTheChoicesOnly) {
  EXPECT_EQ(
      cleaned_schema(
          R"({"type":"object","properties":{"a":{"type":"string","anyOf":[{"const":"x"},{"type":"integer"}]},)"
          R"("b":{"$ref":"#/$defs/n","description":"d"}},"$defs":{"n":{"type":"number"}}})",
          SchemaDialect::moonshot),
      R"({"type":"object","properties":{"a":{"anyOf":[{"const":"x","type":"string"},{"type":"integer"}]},)"
      R"("b":{"description":"d","type":"number"}},"$defs":{"n":{"type":"number"}}})");
  EXPECT_EQ(cleaned_schema(R"({"type":"object","anyOf":[{"properties":{"a":{"type":"string"}}}]})",
                           SchemaDialect::moonshot),
            R"({"properties":{"a":{"type":"string"}},"type":"object"})");
}

TEST(SchemaClean, GroqRequiresOnlyWhatIsThere) {
  const auto groq = [](std::string_view schema) { return cleaned_schema(schema, SchemaDialect::groq); };
  EXPECT_EQ(groq(R"({"type":"object","required":["a"]})"), R"({"type":"object","properties":{}})");
  EXPECT_EQ(
      groq(R"({"type":"object","properties":{"a":{"type":"object","required":["b"]}},"required":["a","c"],)"
           R"("$schema":"x"})"),
      R"({"type":"object","properties":{"a":{"type":"object"}},"required":["a"]})");
  EXPECT_EQ(groq(R"({"type":"object","required":[]})"), R"({"type":"object","properties":{}})");
  EXPECT_EQ(groq(R"({"type":"object","properties":{"a":{"type":"string","required":true}},"required":{}})"),
            R"({"type":"object","properties":{"a":{"type":"string"}}})");
}

TEST(SchemaClean, WhereBothSpeakTheFirstCountsButForPropertiesAndRequired) {
  EXPECT_EQ(
      gemini(
          R"({"allOf":[{"enum":["a"],"required":["x"],"properties":{"x":{"type":"string"}}},)"
          R"({"enum":["b"],"required":["x","y"],"properties":{"x":{"type":"array"},"y":{"type":"integer"}}}]})"),
      R"({"enum":["a"],"required":["x","y"],"properties":{"x":{"type":"string"},"y":{"type":"integer"}},"type":"string"})");
  EXPECT_EQ(
      gemini(R"({"allOf":[{"required":true,"properties":[]},{"required":["x"],"properties":{"x":{}}}]})"),
      R"({"properties":[]})");
}

// What a schema takes over from another may be a reference itself.
TEST(SchemaClean, ReferencesWithinAllOfAreMerged) {
  EXPECT_EQ(
      gemini(R"({"allOf":[{"$ref":"#/properties/a/definitions/x"}],"definitions":{"x":{"type":"string"}}})"),
      R"({"type":"string"})");
}

TEST(SchemaClean, AnEmptySchemaIsAnObject) {
  EXPECT_EQ(cleaned_schema("{}", SchemaDialect::mistral), R"({"type":"object","properties":{}})");
  EXPECT_EQ(cleaned_schema(R"({"type":"object","additionalProperties":false,"$schema":"x"})",
                           SchemaDialect::mistral),
            R"({"type":"object","properties":{}})");
}

TEST(SchemaClean, KeysKeepTheirOrderAndTextItsBytes) {
  constexpr std::string_view schema =
      R"({"type":"object","properties":{"z":{"type":"string","description":"ä\n\"q\""},"a":{"type":"string"}}})";
  EXPECT_EQ(cleaned_schema(schema, SchemaDialect::openai), schema);
}

TEST(SchemaClean, Memo) {
  const std::string schema = R"({"type":"array"})";
  EXPECT_EQ(parameters(schema, SchemaDialect::openai).view(), R"({"type":"array","items":{}})");
  EXPECT_EQ(parameters(schema, SchemaDialect::openai).view(), R"({"type":"array","items":{}})");
  EXPECT_EQ(parameters(schema, SchemaDialect::grammar).view(), R"({"type":"array"})");
}

TEST(SchemaStrict, OnlyClosedSchemasWithEveryPropertyRequired) {
  EXPECT_TRUE(fits_strict_mode(
      R"({"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["a"],"additionalProperties":false,"$defs":{"x":{"type":"string"}}})"));
  EXPECT_TRUE(fits_strict_mode(
      R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}},"required":["a"],"additionalProperties":false})"));
  for (
      const std::string_view schema :
      {R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})",
       R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"type":"object"}},"required":["a"],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"oneOf":[]}},"required":["a"],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"object"}]}},"required":["a"],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}},"required":["a"],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false,"$defs":{"x":{"type":"object"}}})",
       R"({"type":"object","properties":{"a":true},"required":["a"],"additionalProperties":false})",
       R"({"type":"string"})", "[]"}) {
    EXPECT_FALSE(fits_strict_mode(schema)) << schema;
  }
}

TEST(SchemaClean, ATypeOfSeveralBehindItsPartsKeepsThem) {
  EXPECT_EQ(
      gemini(R"({"items":{"type":"string"},"properties":{"a":{"type":"string"}},"type":["array","object"]})"),
      R"({"anyOf":[{"type":"array","items":{"type":"string"}},)"
      R"({"type":"object","properties":{"a":{"type":"string"}}}]})");
}

}  // namespace
}  // namespace ccp::translate
