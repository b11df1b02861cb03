#include "upstream/tunnel.h"

#include <fmt/format.h>

#include <array>

#include "net/http1.h"

namespace ccp::upstream {

namespace {

constexpr net::HeadLimits head_limits{.bytes = std::size_t{16} << 10};

std::string connect_text(const Proxy& proxy, const Origin& origin) {
  const bool ipv6 = origin.host.find(':') != std::string::npos;
  const auto target = ipv6 ? fmt::format("[{}]:{}", origin.host, origin.port)
                           : fmt::format("{}:{}", origin.host, origin.port);
  auto text = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", target);
  if (!proxy.authorization.empty())
    text += fmt::format("Proxy-Authorization: {}\r\n", proxy.authorization.reveal());
  return text + "\r\n";
}

auto failed(const Proxy& proxy, std::string_view what, Retry retry = Retry::yes) {
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("the proxy {} (HTTPS_PROXY) {}", proxy.authority(), what), retry);
}

std::unexpected<Error> refused(const Proxy& proxy, const Origin& origin, int status) {
  if (status == 407)
    return failed(proxy, "asks for a user and password; set HTTPS_PROXY=http://user:password@host:port",
                  Retry::no);
  const auto retry = status == 403 ? Retry::no : Retry::yes;
  return failed(proxy,
                fmt::format("refused a tunnel to {} with status {}; NO_PROXY lists hosts to reach directly",
                            origin.authority(), status),
                retry);
}

/// What a head says, once it is complete; nullopt before.
std::optional<Result<void>> outcome(const Proxy& proxy, const Origin& origin, std::string_view bytes,
                                    std::size_t& checked) {
  const auto end = net::find_head_end(bytes, checked);
  if (!end && bytes.size() <= head_limits.bytes) return std::nullopt;
  if (!end) return failed(proxy, "sent a head that is too large");
  const auto head = net::parse_response_head(bytes.substr(0, *end), "CONNECT", head_limits);
  if (!head) return failed(proxy, "sent no valid HTTP: " + head.error().reason);
  if (head->status / 100 != 2) return refused(proxy, origin, head->status);
  if (*end != bytes.size()) return failed(proxy, "sent bytes ahead of the provider's");
  return Result<void>{};
}

}  // namespace

net::Task<Result<void>> open_tunnel(net::Socket& socket, net::Deadlines& deadlines, const Proxy& proxy,
                                    const Origin& origin, std::chrono::milliseconds time,
                                    Cancellation& cancellation) {
  if (cancellation.requested()) co_return cancelled_error();
  bool timed_out = false;
  const auto abort = [&socket] {
    boost::system::error_code ignored;  // the wait ends either way
    socket.cancel(ignored);
  };
  net::Deadline deadline(deadlines, [&timed_out, &abort] {
    timed_out = true;
    abort();
  });
  const Cancellation::Scope scope(cancellation, abort);
  deadline.arm(time);

  boost::system::error_code error;
  const auto request = connect_text(proxy, origin);
  co_await net::asio::async_write(socket, net::asio::buffer(request),
                                  net::asio::redirect_error(net::use_task, error));
  std::string bytes;
  std::size_t checked = 0;
  std::array<char, 4096> buffer;
  while (!error) {
    const auto received = co_await socket.async_read_some(net::asio::buffer(buffer),
                                                          net::asio::redirect_error(net::use_task, error));
    bytes.append(buffer.data(), received);
    if (error) break;
    if (auto answered = outcome(proxy, origin, bytes, checked)) co_return std::move(*answered);
  }
  if (cancellation.requested()) co_return cancelled_error();
  if (timed_out) co_return failed(proxy, fmt::format("did not answer within {} ms", time.count()));
  co_return failed(proxy, "gave no tunnel: " + error.message());
}

}  // namespace ccp::upstream
