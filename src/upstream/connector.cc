#include "upstream/connector.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "upstream/tunnel.h"

namespace ccp::upstream {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// An address gets at least `least_share`; one that is not the last at most `greatest_share`, so that a route
/// that swallows packets (a broken IPv6, say) does not use up the time of the others.
constexpr milliseconds least_share{250};
constexpr milliseconds greatest_share{2000};

milliseconds left_until(Clock::time_point end) { return std::chrono::ceil<milliseconds>(end - Clock::now()); }

milliseconds share_of(milliseconds left, std::size_t addresses_left) {
  if (addresses_left <= 1) return left;
  const milliseconds share = left / static_cast<int>(addresses_left);
  return std::min(left, std::clamp(share, least_share, greatest_share));
}

std::string text(const net::Endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  if (endpoint.address().is_v6()) return fmt::format("[{}]:{}", address, endpoint.port());
  return fmt::format("{}:{}", address, endpoint.port());
}

}  // namespace

net::Task<Result<std::unique_ptr<net::Stream>>> Connector::connect(const Origin& origin,
                                                                   Cancellation& cancellation) {
  const Clock::time_point end = Clock::now() + connect_timeout_;
  const Proxy* const proxy = proxies_.towards(origin);
  const std::string& host = proxy != nullptr ? proxy->host : origin.host;
  const Result<Addresses> addresses = co_await resolver_.resolve(host, connect_timeout_, cancellation);
  if (!addresses) co_return std::unexpected(addresses.error());

  std::string tried;
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    const milliseconds left = left_until(end);
    if (left <= milliseconds::zero()) break;
    const net::Endpoint endpoint((*addresses)[i], proxy != nullptr ? proxy->port : origin.port);
    const milliseconds tcp_time = share_of(left, addresses->size() - i);
    Result<std::unique_ptr<net::Stream>> opened =
        co_await attempt(origin, proxy, endpoint, tcp_time, end, cancellation);
    if (opened) resolver_.prefer(host, endpoint.address());
    if (opened || opened.error().retry == Retry::no) co_return opened;
    tried += fmt::format("{}{} ({})", tried.empty() ? "" : ", ", text(endpoint), opened.error().message);
  }
  if (tried.empty())
    tried = fmt::format("no time left after name resolution within {} ms", connect_timeout_.count());
  co_return upstream_error(
      ErrorKind::bad_gateway,
      fmt::format("cannot connect to {}{}: {}", proxy != nullptr ? "the proxy " : "", host, tried),
      Retry::yes);
}

net::Task<Result<std::unique_ptr<net::Stream>>> Connector::attempt(const Origin& origin, const Proxy* proxy,
                                                                   net::Endpoint endpoint,
                                                                   milliseconds tcp_time,
                                                                   Clock::time_point end,
                                                                   Cancellation& cancellation) {
  net::Socket socket(deadlines_.io().get_executor());
  const Result<void> open_result = co_await open(socket, endpoint, tcp_time, cancellation);
  if (!open_result) co_return std::unexpected(open_result.error());
  if (!origin.tls) co_return net::plain_stream(std::move(socket), deadlines_);
  const auto left = [end] { return std::max(left_until(end), milliseconds(1)); };
  if (proxy != nullptr) {
    const Result<void> tunnel =
        co_await open_tunnel(socket, deadlines_, *proxy, origin, left(), cancellation);
    if (!tunnel) co_return std::unexpected(tunnel.error());
  }
  Result<std::unique_ptr<net::Stream>> secured =
      co_await tls_.handshake(std::move(socket), deadlines_, origin.host, origin.port, left(), cancellation);
  co_return secured;
}

net::Task<Result<void>> Connector::open(net::Socket& socket, net::Endpoint endpoint, milliseconds time,
                                        Cancellation& cancellation) {
  if (cancellation.requested()) co_return cancelled_error();
  boost::system::error_code error;
  bool timed_out = false;
  const auto abort = [&socket] {
    boost::system::error_code ignored;  // the connect ends either way
    socket.cancel(ignored);
  };
  net::Deadline deadline(deadlines_, [&timed_out, &abort] {
    timed_out = true;
    abort();
  });
  const Cancellation::Scope scope(cancellation, abort);
  socket.open(endpoint.protocol(), error);
  deadline.arm(time);
  if (!error) co_await socket.async_connect(endpoint, net::asio::redirect_error(net::use_task, error));
  if (cancellation.requested()) co_return cancelled_error();
  if (!error) co_return Result<void>{};
  const std::string cause = timed_out ? fmt::format("timed out after {} ms", time.count()) : error.message();
  co_return upstream_error(ErrorKind::bad_gateway, cause, Retry::yes);
}

}  // namespace ccp::upstream
