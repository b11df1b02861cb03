#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ccp {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Log, OneEventIsOneLine) {
  testing::internal::CaptureStderr();
  {
    Log log(LogLevel::info);
    log.write(LogLevel::info, "first\nforged line\x1b[31m\xc2\x9b");
    log.write(LogLevel::debug, "not wanted");
  }
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, HasSubstr("first\\nforged line\\x1b[31m\\x9b"));
  EXPECT_THAT(text, Not(HasSubstr("not wanted")));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Log, ALongEventIsCut) {
  testing::internal::CaptureStderr();
  {
    Log log(LogLevel::info);
    log.write(LogLevel::info, std::string(Log::max_line + 7, 'x'));
  }
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, HasSubstr("x (7 more bytes)"));
}

TEST(Log, RepetitionsAreLimitedByKey) {
  testing::internal::CaptureStderr();
  {
    Log log(LogLevel::info);
    for (int i = 0; i < Log::burst + 30; ++i) log.limited(LogLevel::info, "key", "again");
    log.limited(LogLevel::info, "other", "another");
  }
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), Log::burst + 1);
  EXPECT_THAT(text, HasSubstr("another"));
}

TEST(Log, ManyKeysDoNotEscapeTheLimit) {
  testing::internal::CaptureStderr();
  {
    Log log(LogLevel::info);
    for (int i = 0; i < 2000; ++i) log.limited(LogLevel::info, "key " + std::to_string(i), "x");
  }
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 300);
}

TEST(Log, JsonIsOneObjectALine) {
  testing::internal::CaptureStderr();
  {
    Log log(LogLevel::info, LogFormat::json);
    log.write(
        LogLevel::warning,
        {"for eyes", "a \"message\"\n", {{"id", "x\ty"}, {"status", std::int64_t{200}}, {"total", 1.5}}});
    log.write(LogLevel::info, "plain");
    log.write(LogLevel::debug, "not wanted");
  }
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, testing::MatchesRegex(
                        "\\{\"time\":\"[-0-9T:.+]*\",\"level\":\"warning\",\"message\":\"a "
                        "\\\\\"message\\\\\"\\\\n\",\"id\":"
                        "\"x\\\\u0009y\",\"status\":200,\"total\":1\\.500\\}\n"
                        "\\{\"time\":\"[-0-9T:.+]*\",\"level\":\"info\",\"message\":\"plain\"\\}\n"));
}

TEST(Log, BodiesComeOnlyWhenAskedForAndThenAtEveryLevel) {
  for (const bool bodies : {false, true}) {
    testing::internal::CaptureStderr();
    {
      Log log(LogLevel::critical, LogFormat::text, bodies);
      log.body("request", std::string(Log::max_line + 1, 'x') + "the end");
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr().contains("the end"), bodies);
  }
}

TEST(JsonString, IsAlwaysValid) {
  EXPECT_EQ(json_string("a\"\\\n\x01\x7f"), "\"a\\\"\\\\\\n\\u0001\x7f\"");
  EXPECT_EQ(json_string("\xC3\xA4\xE4\xB8\x96\xF0\x9F\x98\x80"), "\"\xC3\xA4\xE4\xB8\x96\xF0\x9F\x98\x80\"");
  constexpr std::string_view bad = "\xEF\xBF\xBD";
  for (const std::string_view text : {"\x80", "\xC0", "\xFF", "\xC3", "\xF5"})
    EXPECT_EQ(json_string(text), "\"" + std::string(bad) + "\"");
  // A surrogate, an overlong form, a cut sequence: each byte by itself.
  for (const std::string_view text : {"\xED\xA0\x80", "\xE0\x80\x80", "\xF0\x9F\x98"})
    EXPECT_EQ(json_string(text).size(), 2 + 3 * bad.size());
}

}  // namespace
}  // namespace ccp
