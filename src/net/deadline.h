#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "net/asio.h"

namespace ccp::net {

class Deadline;

/// The coarse timers of one worker: armed deadlines are looked through every `resolution`, so arming one
/// only links it into a list. The tick runs only while something is armed. Must outlive its Deadlines; not
/// thread-safe.
class Deadlines {
 public:
  static constexpr std::chrono::milliseconds resolution{50};

  explicit Deadlines(asio::io_context& io);
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  [[nodiscard]] asio::io_context& io() { return io_; }

 private:
  friend class Deadline;
  void schedule();
  void tick();
  void move_expired();

  asio::io_context& io_;
  Timer timer_;
  Deadline* first_ = nullptr;    ///< intrusive list of the armed
  Deadline* expired_ = nullptr;  ///< those whose callback is due in the tick under way
  bool ticking_ = false;
  std::shared_ptr<Deadlines*> self_;  ///< null inside once this object is gone
};

/// A timer that calls back once, at most `resolution` late, never early. Disarmed by its destructor. The
/// callback may arm, disarm and destroy any Deadline, its own included.
class Deadline {
 public:
  Deadline(Deadlines& deadlines, std::function<void()> on_expiry);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// (Re)starts the clock. A duration of zero or less fires at the next tick.
  void arm(std::chrono::milliseconds from_now);
  void disarm();

 private:
  friend class Deadlines;
  void link_to(Deadline*& head);

  Deadlines& deadlines_;
  std::function<void()> on_expiry_;
  std::chrono::steady_clock::time_point when_;
  Deadline** link_ = nullptr;  ///< the pointer that points here while armed
  Deadline* next_ = nullptr;
};

}  // namespace ccp::net
