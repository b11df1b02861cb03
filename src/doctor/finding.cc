#include "doctor/finding.h"

#include <fmt/format.h>

namespace ccp::doctor {

namespace {

struct Look {
  std::string_view word, colour;
};

Look look(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return {"ok", "\x1b[32m"};
    case Verdict::info:
      return {"info", "\x1b[36m"};
    case Verdict::warn:
      return {"warn", "\x1b[33m"};
    case Verdict::fail:
      return {"FAIL", "\x1b[31m"};
  }
  return {"", ""};
}

}  // namespace

std::string render(const Finding& finding, bool colour) {
  const auto [word, paint] = look(finding.verdict);
  const auto shown = colour ? fmt::format("{}{:<4}\x1b[0m", paint, word) : fmt::format("{:<4}", word);
  auto text = fmt::format("{}  {:<13} {}\n", shown, finding.subject, finding.what);
  if (!finding.cure.empty()) text += fmt::format("      {:<13} -> {}\n", "", finding.cure);
  return text;
}

}  // namespace ccp::doctor
