#include "proxy/turns.h"

namespace ccp::proxy {

net::Task<Turns::Turn> Turns::next() {
  if (free_ > 0) {
    --free_;
    co_return Turn(*this);
  }
  const auto place = std::make_shared<Place>(io_);
  waiting_.push_back(place);
  while (!place->called) {
    boost::system::error_code ignored;
    co_await place->wake.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }
  co_return Turn(*this);
}

/// The turn goes to the one that has waited longest, of those that still wait.
void Turns::end() {
  while (!waiting_.empty()) {
    const auto place = waiting_.front().lock();
    waiting_.pop_front();
    if (!place) continue;
    place->called = true;
    place->wake.cancel();
    return;
  }
  ++free_;
}

}  // namespace ccp::proxy
