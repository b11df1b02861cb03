#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ccp::doctor {

enum class Verdict : std::uint8_t {
  ok,
  info,  ///< neither good nor bad
  warn,  ///< works, but not all of it
  fail,
};

/// What one check found.
struct Finding {
  Verdict verdict = Verdict::ok;
  std::string subject;  ///< a word or two: what was checked
  std::string what;
  std::string cure;  ///< what to do; empty when nothing is to be done
};

using Findings = std::vector<Finding>;

/// One or two lines: the verdict, what was found, and the cure below it.
std::string render(const Finding& finding, bool colour);

}  // namespace ccp::doctor
