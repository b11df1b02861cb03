#include "proxy/keep_awake.h"

namespace ccp::proxy {

struct KeepAwake::State {
  explicit State(net::asio::io_context& io) : ping(io), ended(io) {
    ended.expires_at(net::Timer::time_point::max());
  }
  net::Timer ping;
  net::Timer ended;
  bool stop = false;
  bool running = true;
};

KeepAwake::KeepAwake(net::asio::io_context& io, Delivery& delivery) : state_(std::make_shared<State>(io)) {
  net::asio::co_spawn(io, run(state_, delivery), net::asio::detached);
}

net::Task<void> KeepAwake::run(std::shared_ptr<State> state, Delivery& delivery) {
  while (!state->stop) {
    state->ping.expires_after(delivery.until_ping());
    boost::system::error_code ignored;
    co_await state->ping.async_wait(net::asio::redirect_error(net::use_task, ignored));
    if (state->stop) break;
    const auto kept = co_await delivery.keep_alive();
    if (!kept) break;  // the client is gone; whoever waits for the provider notices
  }
  state->running = false;
  state->ended.cancel();
}

net::Task<void> KeepAwake::end() {
  state_->stop = true;
  state_->ping.cancel();
  while (state_->running) {
    boost::system::error_code ignored;
    co_await state_->ended.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }
}

}  // namespace ccp::proxy
