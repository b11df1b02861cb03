#include "route/calibration.h"

#include <gtest/gtest.h>

namespace ccp::route {
namespace {

TEST(Calibration, TheFirstAnswerCountsWholeTheNextOnesAQuarter) {
  Calibration calibration;
  EXPECT_DOUBLE_EQ(calibration.factor("m"), 1.0);
  calibration.learn("m", 1000, 1200);
  EXPECT_DOUBLE_EQ(calibration.factor("m"), 1.2);
  calibration.learn("m", 1000, 1000);
  EXPECT_DOUBLE_EQ(calibration.factor("m"), 1.15);
  EXPECT_DOUBLE_EQ(calibration.factor("other"), 1.0);
}

TEST(Calibration, NonsenseIsNotLearned) {
  Calibration calibration;
  for (const auto& [ours, theirs] : {std::pair{1000, 3001}, {1000, 333}, {255, 300}, {1000, 0}, {1000, -5}}) {
    calibration.learn("m", ours, theirs);
    EXPECT_DOUBLE_EQ(calibration.factor("m"), 1.0) << ours << ' ' << theirs;
  }
  calibration.learn("m", 1000, 3000);
  EXPECT_DOUBLE_EQ(calibration.factor("m"), 3.0);
}

TEST(Calibration, ModelsAreBounded) {
  Calibration calibration;
  for (std::size_t i = 0; i <= Calibration::capacity; ++i) calibration.learn(std::to_string(i), 1000, 1500);
  EXPECT_DOUBLE_EQ(calibration.factor("0"), 1.5);
  EXPECT_DOUBLE_EQ(calibration.factor(std::to_string(Calibration::capacity)), 1.0);
}

}  // namespace
}  // namespace ccp::route
