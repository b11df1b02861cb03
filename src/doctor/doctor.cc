#include "doctor/doctor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "doctor/checks.h"
#include "process/assemble.h"

namespace ccp::doctor {

namespace {

/// Prints findings as they come, and remembers whether one failed.
class Report {
 public:
  void add(const Finding& finding) {
    waiting("");
    fmt::print("{}", render(finding, colour_));
    ++counts_[static_cast<std::size_t>(finding.verdict)];
    std::fflush(stdout);
  }

  void add(const Findings& findings) {
    for (const auto& finding : findings) add(finding);
  }

  /// A line that the next finding takes the place of; only on a terminal.
  void waiting(std::string_view what) const {
    if (terminal_) fmt::print(stderr, "\r\x1b[K{}{}", what, what.empty() ? "" : " …");
  }

  int end() {
    const auto failed = counts_[static_cast<std::size_t>(Verdict::fail)];
    fmt::print("\n{} failed, {} to look at\n", failed, counts_[static_cast<std::size_t>(Verdict::warn)]);
    return failed == 0 ? 0 : 1;
  }

 private:
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool colour_ = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  int counts_[4] = {};
};

}  // namespace

int examine(config::Config config, bool demo) {
  Log log(LogLevel::critical);
  Report report;
  auto ends = process::endpoints(config);
  auto session = ends ? Session::create(ends->options) : std::unexpected(ends.error());
  if (!session) {
    report.add({{Verdict::fail, "settings", session.error().message, ""}});
    return report.end();
  }
  proxy::Shared shared = process::share(std::move(config), log, std::move(*ends));
  Provider provider{.shared = shared, .session = **session, .reader = {}};
  ModelList list;
  bool reachable = false;
  report.add(check_settings(shared, demo));
  report.waiting("connecting to " + shared.origin.host);
  report.add(check_connection(provider, list, reachable));
  if (reachable) {
    report.add(check_names(shared, list));
    check_models(provider, list,
                 {.found = [&](const Finding& finding) { report.add(finding); },
                  .waiting = [&](std::string_view what) { report.waiting(what); }});
  }
  return report.end();
}

}  // namespace ccp::doctor
