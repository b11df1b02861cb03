#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace ccp {

/// A key or password. Prints `[secret]`, compares in constant time, and hands its bytes out only through
/// `reveal()`.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  /// The bytes themselves: only for putting them on the wire. The view lives as long as this object.
  [[nodiscard]] std::string_view reveal() const { return value_; }

  [[nodiscard]] bool empty() const { return value_.empty(); }

  /// True when `candidate` is this secret. Takes the same time for every candidate of the same length.
  [[nodiscard]] bool matches(std::string_view candidate) const;

  /// `text` with every occurrence of this secret replaced by `[secret]`: for words that come from outside and
  /// may echo it. Secrets shorter than 8 bytes are left, they would match by chance.
  [[nodiscard]] std::string removed_from(std::string text) const;

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "[secret]"; }

 private:
  std::string value_;
};

}  // namespace ccp
