#include "proxy/client_watch.h"

namespace ccp::proxy {

ClientWatch::ClientWatch(http::Exchange& exchange, net::asio::io_context& io)
    : exchange_(exchange), pause_(io) {
  exchange_.watch_client([this] { on_gone(); });
}

ClientWatch::~ClientWatch() { exchange_.unwatch_client(); }

net::Task<void> ClientWatch::pause(std::chrono::milliseconds duration) {
  if (gone()) co_return;
  pause_.expires_after(duration);
  boost::system::error_code ignored;
  co_await pause_.async_wait(net::asio::redirect_error(net::use_task, ignored));
}

void ClientWatch::on_gone() {
  request();
  pause_.cancel();
}

std::unexpected<Error> cancelled() {
  return std::unexpected(
      Error{.kind = ErrorKind::cancelled, .source = ErrorSource::client, .message = "the client went away"});
}

}  // namespace ccp::proxy
