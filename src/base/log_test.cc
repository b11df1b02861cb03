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

}  // namespace
}  // namespace ccp
