#include "json/reader.h"

#include <gtest/gtest.h>

namespace ccp::json {
namespace {

Result<void> skip_all(std::string text) {
  Reader reader;
  return reader.parse(text, [](Value root) { return root.skip(); });
}

/// Reads every field of an object without looking: what a parser does with unknown fields.
Result<void> skip_fields(std::string text) {
  Reader reader;
  return reader.parse(text, [](Value root) {
    return root.object([](std::string_view, Value value) { return value.skip(); });
  });
}

std::string slice_of(std::string text) {
  Reader reader;
  std::string slice;
  const auto result = reader.parse(text, [&](Value root) {
    return root.object([&](std::string_view, Value value) -> Result<void> {
      const auto raw = value.slice();
      if (!raw) return std::unexpected(raw.error());
      slice = *raw;
      return {};
    });
  });
  EXPECT_TRUE(result) << result.error().message;
  return slice;
}

TEST(Reader, SkippedValuesAreValidated) {
  for (const char* text :
       {R"({"x": tru})", R"({"x": {"y": nul}})", R"({"x": [1,]})", R"({"x": 01})", R"({"x": "\q"})",
        R"({"x": 1)", R"({"x": 1}})", R"({"x": 1} {})", R"({"x": [1 2]})", R"({"x": {"a" 1}})",
        "{\"x\": \"a\nb\"}", "{\"x\": \"\xff\"}", "", "   "}) {
    EXPECT_FALSE(skip_all(text)) << text;
    EXPECT_FALSE(skip_fields(text)) << text;
  }
  EXPECT_TRUE(skip_all(R"({"x": [1, -2.5e3, true, null, "\u00e9", {}]} )"));
}

TEST(Reader, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(skip_fields(nested(100)));
  const auto deep = skip_fields(nested(5000));
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message.find("128"), std::string::npos) << deep.error().message;
}

TEST(Reader, SlicesKeepTheBytes) {
  EXPECT_EQ(slice_of(R"({"x": {"b" :1,  "a":[ ]}  })"), R"({"b" :1,  "a":[ ]})");
  EXPECT_EQ(slice_of(R"({"x": 1.50  })"), "1.50");
  EXPECT_EQ(slice_of(R"({"x": "a\"b" })"), R"("a\"b")");
}

TEST(Reader, LoneSurrogatesBecomeReplacementCharacters) {
  EXPECT_EQ(slice_of(R"({"x": {"a":"\ud83d"}})"), R"({"a":"\ufffd"})");
  EXPECT_EQ(slice_of(R"({"x": {"a":"\uDE00\ud83d"}})"), R"({"a":"\ufffd\ufffd"})");
  EXPECT_EQ(slice_of(R"({"x": {"a":"\ud83d\ude00"}})"), R"({"a":"\ud83d\ude00"})");
  EXPECT_EQ(slice_of(R"({"x": {"a":"\\ud83d"}})"), R"({"a":"\\ud83d"})");
}

TEST(Reader, IntegersMustBeWhole) {
  const auto integer = [](std::string text) -> Result<std::int64_t> {
    Reader reader;
    Result<std::int64_t> value;
    auto result = reader.parse(text, [&](Value root) {
      return root.object([&](std::string_view, Value field) -> Result<void> {
        value = field.integer();
        if (!value) return std::unexpected(value.error());
        return {};
      });
    });
    if (!result) return std::unexpected(result.error());
    return value;
  };
  EXPECT_EQ(integer(R"({"n": 4096})"), 4096);
  EXPECT_EQ(integer(R"({"n": 4096.0})"), 4096);
  EXPECT_FALSE(integer(R"({"n": 1.5})"));
  EXPECT_FALSE(integer(R"({"n": 1e300})"));
  EXPECT_FALSE(integer(R"({"n": "5"})"));
}

TEST(Reader, PeekingConsumesNothing) {
  const auto peek = [](std::string text) {
    Reader reader;
    std::string seen;
    const auto result = reader.parse(text, [&](Value root) -> Result<void> {
      const auto type = root.peek_string("type");
      if (!type) return std::unexpected(type.error());
      seen = *type;
      return root.object([&](std::string_view key, Value value) {
        seen.append(" ").append(key);
        return value.skip();
      });
    });
    return result ? seen : result.error().message;
  };
  EXPECT_EQ(peek(R"({"type": "a" , "x": {"type": "b"}})"), "a type x");
  EXPECT_EQ(peek(R"({"x": {"type": "b"}, "y": [{}], "type": "a"})"), "a x y type");
  EXPECT_EQ(peek(R"({"type": "a\"b"})"), R"(a\"b type)") << "escapes stay";
  EXPECT_EQ(peek(R"({"x": {"type": "b"}})"), "field required");
  EXPECT_EQ(peek("{}"), "field required");
  EXPECT_EQ(peek(R"({"type": 1})"), "expected a string");
  EXPECT_EQ(peek("[]"), "expected an object");
  EXPECT_EQ(peek(R"({"type": "a", "x": tru})").substr(0, 9), "malformed")
      << "what follows is still validated";
}

TEST(Reader, IsObject) {
  EXPECT_TRUE(is_object(R"( {"a": 1} )"));
  EXPECT_TRUE(is_object("{}"));
  EXPECT_FALSE(is_object(R"({"a": 1)"));
  EXPECT_FALSE(is_object("[]"));
  EXPECT_FALSE(is_object("\"{}\""));
  EXPECT_FALSE(is_object(""));
}

}  // namespace
}  // namespace ccp::json
