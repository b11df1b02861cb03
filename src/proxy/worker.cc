#include "proxy/worker.h"

#include "proxy/service.h"
#include "tokens/count.h"

namespace ccp::proxy {

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

}  // namespace

Worker::Worker(Shared& shared_state) : shared(shared_state) {}
Worker::~Worker() = default;

Result<std::unique_ptr<Worker>> Worker::create(Shared& shared) {
  std::unique_ptr<Worker> worker(new Worker(shared));
  auto client = upstream::Client::create(worker->deadlines, shared.upstream_options);
  if (!client) return std::unexpected(std::move(client.error()));
  worker->client = std::move(*client);
  net::asio::post(worker->counters, tokens::load);
  auto* self = worker.get();
  worker->server_ = std::make_unique<http::Server>(
      worker->deadlines, limits(shared.config),
      [self](http::Exchange& exchange) { return serve(*self, exchange); },
      [self](int status, std::string_view reason) { return refuse(*self, status, reason); },
      shared.open_connections);
  return worker;
}

Result<std::uint16_t> Worker::listen(std::uint16_t port, http::PortUse use) {
  return server_->listen(shared.config.host, port, use);
}

void Worker::run() { io.run(); }

void Worker::drain() {
  net::asio::post(io, [this] {
    client->close_idle();
    server_->drain([this] { io.stop(); });
  });
}

void Worker::stop() {
  net::asio::post(io, [this] {
    // Cut coroutines still run to their log line; the loop ends with the last of them, or after a second.
    server_->drain([this] { io.stop(); });
    server_->abort();
    patience_.expires_after(std::chrono::seconds(1));
    patience_.async_wait([this](boost::system::error_code) { io.stop(); });
  });
}

}  // namespace ccp::proxy
