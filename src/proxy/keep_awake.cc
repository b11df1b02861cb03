#include "proxy/keep_awake.h"

#include <exception>
#include <memory>

namespace ccp::proxy {

namespace {

/// The pings of `keep_awake`.
class Pings {
 public:
  Pings(net::asio::io_context& io, Waiting& client);
  Pings(const Pings&) = delete;
  Pings& operator=(const Pings&) = delete;

  /// Ends the pings; one under way is sent first. To be called before the object or the client goes.
  net::Task<void> end();

 private:
  struct State;
  static net::Task<void> run(std::shared_ptr<State> state, Waiting& client);

  std::shared_ptr<State> state_;
};

struct Pings::State {
  explicit State(net::asio::io_context& io) : ping(io), ended(io) {
    ended.expires_at(net::Timer::time_point::max());
  }
  net::Timer ping;
  net::Timer ended;
  bool stop = false;
  bool running = true;
};

Pings::Pings(net::asio::io_context& io, Waiting& client) : state_(std::make_shared<State>(io)) {
  net::asio::co_spawn(io, run(state_, client), net::asio::detached);
}

net::Task<void> Pings::run(std::shared_ptr<State> state, Waiting& client) {
  struct Ending {  // with an exception too: `end` waits for it
    State& state;
    ~Ending() {
      state.running = false;
      state.ended.cancel();
    }
  };
  const Ending ending{*state};
  while (!state->stop) {
    state->ping.expires_after(client.until_ping());
    boost::system::error_code ignored;
    co_await state->ping.async_wait(net::asio::redirect_error(net::use_task, ignored));
    if (state->stop) break;
    const auto kept = co_await client.keep_alive();
    if (!kept) break;  // the client is gone; whoever waits for the provider notices
  }
}

net::Task<void> Pings::end() {
  state_->stop = true;
  state_->ping.cancel();
  while (state_->running) {
    boost::system::error_code ignored;
    co_await state_->ended.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }
}

}  // namespace

net::Task<void> keep_awake(net::asio::io_context& io, Waiting& client, net::Task<void> work) {
  Pings pings(io, client);
  std::exception_ptr failure;
  try {
    co_await std::move(work);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await pings.end();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace ccp::proxy
