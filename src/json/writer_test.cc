#include "json/writer.h"

#include <gtest/gtest.h>

namespace ccp::json {
namespace {

TEST(Writer, CommasAndNesting) {
  std::string out;
  Writer writer(out);
  writer.begin_object()
      .field("a", "x")
      .key("b")
      .begin_array()
      .integer(1)
      .begin_object()
      .end_object()
      .null()
      .end_array();
  writer.key("c").boolean(true).key("d").raw(R"({"k":1})").key("e").number(0.7).end_object();
  EXPECT_EQ(out, R"({"a":"x","b":[1,{},null],"c":true,"d":{"k":1},"e":0.7})");
}

TEST(Writer, EscapesOnlyWhatMustBe) {
  std::string out;
  escape(out, std::string_view("a\"b\\c/\n\r\t\b\f\x01\x1f\x7f\xE4\xB8\x96\0z", 19));
  EXPECT_EQ(out, std::string("a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u0001\\u001f\x7f\xE4\xB8\x96\\u0000z"));
}

TEST(Writer, NumbersReadBackTheSame) {
  for (const double value : {0.0, 1.0, 0.1, 1e-7, 1.7976931348623157e308, -2.5}) {
    std::string out;
    Writer(out).number(value);
    EXPECT_EQ(std::stod(out), value) << out;
  }
}

}  // namespace
}  // namespace ccp::json
