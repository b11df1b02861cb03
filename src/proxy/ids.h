#pragma once

#include <random>
#include <string>
#include <string_view>

namespace ccp::proxy {

/// Makes the identifiers that clients see. Not secret, only unlikely to repeat. One per worker.
class Ids {
 public:
  Ids() : engine_(std::random_device{}()) {}

  /// `prefix` and 24 letters and digits, e.g. `msg_01…`.
  std::string next(std::string_view prefix) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";
    std::string id(prefix);
    std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
    for (int i = 0; i < 24; ++i) id += alphabet[pick(engine_)];
    return id;
  }

  /// A factor from 0.5 to 1, so that clients that failed together do not come back together.
  double jitter() { return std::uniform_real_distribution<double>(0.5, 1.0)(engine_); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ccp::proxy
