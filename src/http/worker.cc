#include "http/worker.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include "base/loopback.h"
#include "http/connection.h"

namespace ccp::http {

namespace {

namespace asio = net::asio;
using boost::system::error_code;

constexpr std::size_t max_refused = 64;
/// How long accepting rests when it fails (out of file descriptors or memory).
constexpr std::chrono::milliseconds accept_pause{100};

net::Task<void> run(std::unique_ptr<Connection> connection) { co_await connection->run(); }

std::string where(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

std::unexpected<Error> cannot_listen(const std::string& host, std::uint16_t port, const error_code& cause) {
  const auto cure =
      cause == asio::error::address_in_use  ? ": choose another PORT or stop the program that has it"
      : cause == asio::error::access_denied ? ": ports below 1024 need privileges, choose another PORT"
                                            : "";
  return internal_error(fmt::format("cannot listen on {}: {}{}", where(host, port), cause.message(), cure));
}

/// The addresses of a host, IPv4 first: that is what clients of a name like localhost try, which itself is
/// never looked up.
std::vector<net::Endpoint> resolve(const net::Executor& executor, const std::string& host, std::uint16_t port,
                                   error_code& error) {
  if (is_localhost(host)) {
    return {{asio::ip::address_v4::loopback(), port}, {asio::ip::address_v6::loopback(), port}};
  }
  asio::ip::basic_resolver<asio::ip::tcp, net::Executor> resolver(executor);
  using Flags = asio::ip::resolver_base;
  const auto found =
      resolver.resolve(host, std::to_string(port), Flags::passive | Flags::numeric_service, error);
  std::vector<net::Endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  std::ranges::stable_partition(endpoints, [](const auto& endpoint) { return endpoint.address().is_v4(); });
  return endpoints;
}

/// Every worker has a socket of its own on the same port, and the kernel spreads connections over them.
void share_port(net::Acceptor& acceptor, error_code& error) {
  const int on = 1;
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    error.assign(errno, boost::system::system_category());
  }
}

/// The first socket of a process is bound before it is made sharable, so that a port which another program
/// has (another proxy, for one) is noticed; only then may the other workers join.
void open_acceptor(net::Acceptor& acceptor, const net::Endpoint& endpoint, PortUse use, error_code& error) {
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && use == PortUse::join) share_port(acceptor, error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error && use == PortUse::claim) share_port(acceptor, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
}

}  // namespace

Worker::Worker(net::Deadlines& deadlines, Limits limits, Handler handler, Refusal refusal,
               std::shared_ptr<std::atomic<std::size_t>> open_connections)
    : deadlines_(deadlines),
      limits_(limits),
      handler_(std::move(handler)),
      refusal_(std::move(refusal)),
      open_connections_(std::move(open_connections)) {}

Result<std::uint16_t> Worker::listen(const std::string& host, std::uint16_t port, PortUse use) {
  error_code error;
  const auto endpoints = resolve(deadlines_.io().get_executor(), host, port, error);
  if (error || endpoints.empty()) return cannot_listen(host, port, error);
  for (const auto& endpoint : endpoints) {
    net::Acceptor acceptor(deadlines_.io().get_executor());
    open_acceptor(acceptor, endpoint, use, error);
    if (error) continue;
    const auto bound = acceptor.local_endpoint(error).port();
    auto& kept = acceptors_.emplace_back(std::move(acceptor));
    asio::co_spawn(deadlines_.io(), accept(shared_from_this(), kept), asio::detached);
    return bound;
  }
  return cannot_listen(host, port, error);
}

net::Task<void> Worker::accept(std::shared_ptr<Worker> worker, net::Acceptor& acceptor) {
  net::Timer pause(worker->deadlines_.io());
  while (worker->serving()) {
    error_code error;
    net::Endpoint peer;
    auto socket = co_await acceptor.async_accept(peer, asio::redirect_error(net::use_task, error));
    if (!worker->serving()) break;
    if (!error) {
      worker->serve(std::move(socket), peer);
    } else if (error != asio::error::connection_aborted) {
      pause.expires_after(accept_pause);
      co_await pause.async_wait(asio::redirect_error(net::use_task, error));
    }
  }
}

void Worker::serve(net::Socket socket, const net::Endpoint& peer) {
  const auto admission = admit();
  if (!admission) return;
  try {
    auto connection = std::make_unique<Connection>(shared_from_this(), std::move(socket), peer, *admission);
    asio::co_spawn(deadlines_.io(), run(std::move(connection)), asio::detached);
  } catch (...) {
    // Out of memory: this one connection is closed, and whatever was counted has been given back by its
    // destructor.
  }
}

std::optional<Admission> Worker::admit() {
  if (open_connections_->fetch_add(1, std::memory_order_relaxed) < limits_.connections)
    return Admission::served;
  open_connections_->fetch_sub(1, std::memory_order_relaxed);
  if (refused_ >= max_refused) return std::nullopt;
  ++refused_;
  return Admission::refused;
}

void Worker::release(Admission admission) {
  if (admission == Admission::refused) {
    --refused_;
  } else {
    open_connections_->fetch_sub(1, std::memory_order_relaxed);
  }
}

void Worker::remove(Connection& connection, Admission admission) {
  release(admission);
  connections_.erase(&connection);
  report_drained();
}

void Worker::drain(std::function<void()> on_drained) {
  if (phase_ == Phase::serving) phase_ = Phase::draining;
  on_drained_ = std::move(on_drained);
  close_acceptors();
  for (Connection* const connection : connections_) connection->drain();
  report_drained();
}

void Worker::abort() {
  phase_ = Phase::aborted;
  close_acceptors();
  for (Connection* const connection : connections_) connection->abort();
}

void Worker::close_acceptors() {
  error_code ignored;  // a socket is closed whatever close(2) says
  for (auto& acceptor : acceptors_) acceptor.close(ignored);
}

void Worker::report_drained() {
  if (!connections_.empty() || !on_drained_) return;
  asio::post(deadlines_.io(), std::exchange(on_drained_, nullptr));
}

std::string_view Worker::date() { return date_.at(std::time(nullptr)); }

Server::Server(net::Deadlines& deadlines, Limits limits, Handler handler, Refusal refusal,
               std::shared_ptr<std::atomic<std::size_t>> open_connections)
    : worker_(std::make_shared<Worker>(deadlines, limits, std::move(handler), std::move(refusal),
                                       std::move(open_connections))) {}

Server::~Server() {
  worker_->abandon();
  worker_->abort();
}

Result<std::uint16_t> Server::listen(const std::string& host, std::uint16_t port, PortUse use) {
  return worker_->listen(host, port, use);
}

void Server::drain(std::function<void()> on_drained) { worker_->drain(std::move(on_drained)); }

void Server::abort() { worker_->abort(); }

}  // namespace ccp::http
