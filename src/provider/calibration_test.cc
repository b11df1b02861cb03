#include "provider/calibration.h"

#include <gtest/gtest.h>

namespace ccp::provider {
namespace {

void expect_near(std::int64_t told, std::int64_t truth, double share) {
  EXPECT_NEAR(static_cast<double>(told), static_cast<double>(truth), share * static_cast<double>(truth));
}

TEST(Calibration, NothingIsChangedWhileNothingIsKnown) {
  const Calibration calibration;
  EXPECT_EQ(calibration.line("m").of(1), 1);
  EXPECT_EQ(calibration.line("m").of(123'456), 123'456);
}

// Measured: one prompt of 400 tokens, counted 661 by the provider, made 17,515 of 10,597; 12,037 was right.
TEST(Calibration, OneShortPromptDoesNotSkewALongOne) {
  Calibration calibration;
  calibration.learn("m", 400, 661);
  expect_near(calibration.line("m").of(10'597), 12'037, 0.15);
  expect_near(calibration.line("m").of(400), 661, 0.05);
  calibration.learn("m", 10'597, 12'037);
  expect_near(calibration.line("m").of(10'597), 12'037, 0.01);
  expect_near(calibration.line("m").of(400), 661, 0.05);
}

TEST(Calibration, ManyShortPromptsSayLittleOfTheSlope) {
  Calibration calibration;
  for (int i = 0; i < 50; ++i) calibration.learn("m", 100 + i, 700 + i);
  expect_near(calibration.line("m").of(50'000), 50'600, 0.2);
}

TEST(Calibration, OneLongPromptTellsTheSlope) {
  Calibration calibration;
  calibration.learn("m", 20'000, 25'000);
  expect_near(calibration.line("m").of(20'000), 25'000, 0.01);
  expect_near(calibration.line("m").of(100'000), 125'000, 0.05);
}

TEST(Calibration, SlopeAndOffsetAreTakenApart) {
  Calibration calibration;
  for (const std::int64_t ours : {300, 20'000, 500, 40'000, 1'000, 80'000}) {
    calibration.learn("m", ours, 500 + ours * 13 / 10);
  }
  const auto line = calibration.line("m");
  EXPECT_NEAR(line.slope, 1.3, 0.01);
  EXPECT_NEAR(line.offset, 500, 30);
}

TEST(Calibration, AnotherTokenizerBehindTheNameIsFollowed) {
  Calibration calibration;
  for (int i = 0; i < 30; ++i) calibration.learn("m", 20'000 + i, 20'000 + i);
  for (int i = 0; i < 30; ++i) calibration.learn("m", 20'000 + i, 26'000 + i);
  expect_near(calibration.line("m").of(20'000), 26'000, 0.03);
  EXPECT_EQ(calibration.line("other").of(20'000), 20'000);
}

TEST(Calibration, AnOffsetBelowNothingLeavesOneToken) {
  Calibration calibration;
  for (int i = 0; i < 5; ++i) calibration.learn("m", 1'000, 600);
  EXPECT_GE(calibration.line("m").of(1), 1);
}

TEST(Calibration, APromptThatWasCutShowsInItsCount) {
  EXPECT_TRUE(looks_cut(2'823, 1'024, 0));
  EXPECT_TRUE(looks_cut(35'000, 4'096, 0));
  EXPECT_TRUE(looks_cut(4'500, 4'096, 4'096)) << "beyond the window by a little";
  EXPECT_FALSE(looks_cut(4'200, 4'090, 4'096)) << "the count may be wrong by this";
  EXPECT_FALSE(looks_cut(10'000, 7'000, 0)) << "another tokenizer";
  EXPECT_TRUE(looks_cut(1'694, 1'024, 0)) << "a round count is a window";
  EXPECT_FALSE(looks_cut(1'694, 1'030, 0));
  EXPECT_FALSE(looks_cut(1'100, 1'024, 0)) << "near enough to be the prompt's";
  EXPECT_FALSE(looks_cut(4'000, 3'000, 4'096)) << "it fits";
  EXPECT_FALSE(looks_cut(900, 100, 0)) << "too short to be cut";
  EXPECT_FALSE(looks_cut(0, 0, 0));
}

TEST(Calibration, NonsenseIsNotLearned) {
  Calibration calibration;
  for (const auto& [ours, theirs] :
       {std::pair{10'000, 32'001}, {1'000, 333}, {1'000, 0}, {1'000, -5}, {0, 5}, {-5, 5}}) {
    calibration.learn("m", ours, theirs);
    EXPECT_EQ(calibration.line("m").of(5'000), 5'000) << ours << ' ' << theirs;
  }
}

TEST(Calibration, ModelsAreBounded) {
  Calibration calibration;
  for (std::size_t i = 0; i <= Calibration::capacity; ++i)
    calibration.learn(std::to_string(i), 10'000, 15'000);
  EXPECT_GT(calibration.line("0").of(10'000), 14'000);
  EXPECT_EQ(calibration.line(std::to_string(Calibration::capacity)).of(10'000), 10'000);
}

}  // namespace
}  // namespace ccp::provider
