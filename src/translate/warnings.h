#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ccp::translate {

/// What was dropped or replaced, each kind once, for the operator's log. Bounded: a request may hold any
/// number of odd blocks.
class Warnings {
 public:
  void add(std::string warning) {
    if (list_.size() >= max_warnings || std::ranges::find(list_, warning) != list_.end()) return;
    list_.push_back(std::move(warning));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(list_); }

 private:
  static constexpr std::size_t max_warnings = 16;
  std::vector<std::string> list_;
};

}  // namespace ccp::translate
