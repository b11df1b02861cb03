#include "translate/profile.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

const ProfileField& field(std::string_view name) {
  for (const auto& field : profile_fields()) {
    if (field.name == name) return field;
  }
  throw std::out_of_range(std::string(name));
}

std::string after(std::string_view name, std::string_view value) {
  Profile profile;
  const auto done = apply({std::string(name), std::string(value)}, profile);
  return done ? value_of(profile, field(name)) : "error: " + done.error();
}

TEST(Profile, EveryFieldTakesWhatItShows) {
  for (const auto& one : profile_fields()) {
    EXPECT_EQ(after(one.name, value_of({}, one)), value_of({}, one));
    EXPECT_TRUE(after(one.name, "nonsense").starts_with("error: ")) << one.name;
    EXPECT_FALSE(one.meaning.empty());
  }
}

TEST(Profile, Values) {
  EXPECT_EQ(after("sampling", "no"), "no");
  EXPECT_EQ(after("max_output", "8192"), "8192");
  EXPECT_EQ(after("max_output", "-1"), "error: max_output=-1: expected a number");
  EXPECT_EQ(after("max_output", "8k"), "error: max_output=8k: expected a number");
  EXPECT_EQ(after("reasoning", "type"), "type");
  EXPECT_EQ(after("replay", "think_tags"), "think_tags");
  EXPECT_EQ(after("efforts", "high,low,none"), "none,low,high");
  EXPECT_EQ(after("tool_choice", "any"), "any");
}

TEST(Profile, Settings) {
  const auto settings = parse_settings("  sampling=no\timages=yes ");
  ASSERT_TRUE(settings);
  EXPECT_EQ(*settings, (std::vector<ProfileSetting>{{"sampling", "no"}, {"images", "yes"}}));
  EXPECT_TRUE(parse_settings("")->empty());
  EXPECT_EQ(parse_settings("sampling").error(), "sampling: expected name=value");
  EXPECT_EQ(parse_settings("images=no x=1").error(), "x is no setting of a profile");
}

TEST(Profile, TheNearestEffort) {
  const auto nearest = [](std::string_view known, std::string_view wanted) {
    return Efforts::parse(known)->nearest(wanted);
  };
  EXPECT_EQ(nearest("minimal,low,medium,high", "max"), "high");
  EXPECT_EQ(nearest("minimal,low,medium,high", "minimal"), "minimal");
  EXPECT_EQ(nearest("low,high", "medium"), "low");
  EXPECT_EQ(nearest("low,high", "minimal"), "low");
  EXPECT_EQ(nearest("none,high", "low"), "high");
  EXPECT_EQ(nearest("low,max", "max"), "max");
  EXPECT_EQ(nearest("low,high,max", "xhigh"), "max");
  EXPECT_EQ(nearest("high,xhigh,max", "xhigh"), "xhigh");
  EXPECT_EQ(nearest("low,medium", "xhigh"), "medium");
  EXPECT_EQ(nearest("none", "low"), "");
  EXPECT_EQ(nearest("low,high", "of a later version"), "");
  EXPECT_FALSE(Efforts::parse(""));
  EXPECT_FALSE(
      Efforts::parse("low,"
                     "huge"));
}

}  // namespace
}  // namespace ccp::translate
