#pragma once

#include <functional>
#include <utility>

#include "base/result.h"

namespace ccp::upstream {

/// Lets one party of a worker end what a coroutine waits for. The coroutine says how, for the time of each
/// wait, with a `Scope`.
class Cancellation {
 public:
  [[nodiscard]] bool requested() const { return requested_; }

  /// Ends the wait under way. Nothing is resumed before this returns.
  void request() {
    requested_ = true;
    if (abort_) abort_();
  }

  /// While alive, `request` calls `abort`. Scopes nest; the innermost is called. Check `requested` before
  /// waiting.
  class Scope {
   public:
    Scope(Cancellation& cancellation, std::function<void()> abort)
        : cancellation_(cancellation), outer_(std::exchange(cancellation.abort_, std::move(abort))) {}
    ~Scope() { cancellation_.abort_ = std::move(outer_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Cancellation& cancellation_;
    std::function<void()> outer_;
  };

 private:
  bool requested_ = false;
  std::function<void()> abort_;
};

/// The error of everything that was cancelled.
inline std::unexpected<Error> cancelled_error() {
  return client_error(ErrorKind::cancelled, "the request was cancelled");
}

}  // namespace ccp::upstream
