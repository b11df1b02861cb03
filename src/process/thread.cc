#include "process/thread.h"

#include <chrono>

#include "endpoints/serve.h"

namespace ccp::process {

namespace {

std::chrono::seconds seconds(std::int64_t count) { return std::chrono::seconds(count); }

http::Limits limits(const config::Config& config) {
  http::Limits limits;
  limits.body = static_cast<std::size_t>(config.max_body_size) << 20;
  limits.header_time = seconds(config.header_timeout);
  limits.body_idle = seconds(config.body_timeout);
  limits.write_stall = seconds(config.write_timeout);
  limits.keep_alive = seconds(config.keep_alive_timeout);
  limits.connections = static_cast<std::size_t>(config.max_connections);
  return limits;
}

http::Server server(proxy::Worker& worker) {
  return http::Server(
      worker.deadlines, limits(worker.shared.config),
      [&worker](http::Exchange& exchange) { return endpoints::serve(worker, exchange); },
      [&worker](int status, std::string_view reason) { return endpoints::refuse(worker, status, reason); },
      worker.shared.open_connections);
}

}  // namespace

Thread::Thread(std::unique_ptr<proxy::Worker> worker)
    : worker_(std::move(worker)), server_(server(*worker_)), patience_(worker_->io) {}

Result<std::unique_ptr<Thread>> Thread::create(proxy::Shared& shared) {
  auto worker = proxy::Worker::create(shared);
  if (!worker) return std::unexpected(std::move(worker.error()));
  return std::unique_ptr<Thread>(new Thread(std::move(*worker)));
}

Result<std::uint16_t> Thread::listen(std::uint16_t port, http::PortUse use) {
  return server_.listen(worker_->shared.config.host, port, use);
}

void Thread::run() { worker_->io.run(); }

void Thread::drain() {
  net::asio::post(worker_->io, [this] {
    worker_->client->close_idle();
    server_.drain([this] { worker_->io.stop(); });
  });
}

void Thread::stop() {
  net::asio::post(worker_->io, [this] {
    // Cut coroutines still run to their log line; the loop ends with the last of them, or after a second.
    server_.drain([this] { worker_->io.stop(); });
    server_.abort();
    patience_.expires_after(std::chrono::seconds(1));
    patience_.async_wait([this](boost::system::error_code) { worker_->io.stop(); });
  });
}

}  // namespace ccp::process
