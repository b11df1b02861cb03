#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// Ends what is under way for somebody who is gone. Lives longer than what it watches.
class Cancellation {
 public:
  [[nodiscard]] bool gone() const { return gone_; }

  /// Ends everything.
  void end() {
    gone_ = true;
    for (const auto* watched : std::vector(watched_)) watched->end_();
  }

  /// Lets the cancellation know something to be ended for as long as it lives: a call, or what `end` ends.
  /// `end` destroys nothing that is watched.
  class Watched {
   public:
    Watched(Cancellation& cancellation, std::function<void()> end)
        : cancellation_(cancellation), end_(std::move(end)) {
      cancellation_.watched_.push_back(this);
    }
    Watched(Cancellation& cancellation, upstream::Call& call)
        : Watched(cancellation, [&call] { call.cancel(); }) {}
    ~Watched() { std::erase(cancellation_.watched_, this); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

   private:
    friend class Cancellation;
    Cancellation& cancellation_;
    std::function<void()> end_;
  };

 private:
  std::vector<const Watched*> watched_;
  bool gone_ = false;
};

/// What becomes of a request whose client is gone.
std::unexpected<Error> cancelled();

}  // namespace ccp::proxy
