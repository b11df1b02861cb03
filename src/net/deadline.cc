#include "net/deadline.h"

#include <utility>

namespace ccp::net {

Deadlines::Deadlines(asio::io_context& io)
    : io_(io), timer_(io.get_executor()), self_(std::make_shared<Deadlines*>(this)) {}

Deadlines::~Deadlines() {
  // Coroutines still suspended when the worker ends are destroyed with the io_context, their Deadlines after
  // this object.
  *self_ = nullptr;
  while (first_ != nullptr) first_->disarm();
  while (expired_ != nullptr) expired_->disarm();
}

void Deadlines::schedule() {
  if (ticking_) return;
  ticking_ = true;
  timer_.expires_after(resolution);
  timer_.async_wait([self = self_](const boost::system::error_code&) {
    if (*self != nullptr) (*self)->tick();
  });
}

void Deadlines::tick() {
  ticking_ = false;
  move_expired();
  const auto self = self_;
  while (*self != nullptr && expired_ != nullptr) {
    Deadline& due = *expired_;
    due.disarm();
    const auto on_expiry = due.on_expiry_;  // a copy: the callback may destroy `due`
    on_expiry();
  }
  if (*self != nullptr && first_ != nullptr) schedule();
}

void Deadlines::move_expired() {
  const auto now = std::chrono::steady_clock::now();
  for (Deadline* deadline = first_; deadline != nullptr;) {
    Deadline* const next = deadline->next_;
    if (deadline->when_ <= now) {
      deadline->disarm();
      deadline->link_to(expired_);
    }
    deadline = next;
  }
}

Deadline::Deadline(Deadlines& deadlines, std::function<void()> on_expiry)
    : deadlines_(deadlines), on_expiry_(std::move(on_expiry)) {}

Deadline::~Deadline() { disarm(); }

void Deadline::arm(std::chrono::milliseconds from_now) {
  disarm();
  when_ = std::chrono::steady_clock::now() + from_now;
  link_to(deadlines_.first_);
  deadlines_.schedule();
}

void Deadline::disarm() {
  if (link_ == nullptr) return;
  *link_ = next_;
  if (next_ != nullptr) next_->link_ = link_;
  link_ = nullptr;
}

void Deadline::link_to(Deadline*& head) {
  next_ = head;
  if (next_ != nullptr) next_->link_ = &next_;
  head = this;
  link_ = &head;
}

}  // namespace ccp::net
