#include "process/run.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <thread>
#include <vector>

#include "process/assemble.h"
#include "process/thread.h"

namespace ccp::process {

namespace {

using Signals = boost::asio::basic_signal_set<net::Executor>;

std::size_t worker_count(const config::Config& config) {
  if (config.workers > 0) return static_cast<std::size_t>(config.workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

/// The workers and their threads, and the signals that end them. Runs on the main thread.
class Process {
 public:
  Process(proxy::Shared& shared, Log& log)
      : shared_(shared), log_(log), signals_(io_, SIGTERM, SIGINT), patience_(io_) {}

  Result<std::uint16_t> start() {
    auto port = static_cast<std::uint16_t>(shared_.config.port);
    for (std::size_t i = 0; i < worker_count(shared_.config); ++i) {
      auto worker = Thread::create(shared_);
      if (!worker) return std::unexpected(std::move(worker.error()));
      auto listening = (*worker)->listen(port, i == 0 ? http::PortUse::claim : http::PortUse::join);
      if (!listening) return listening;
      port = *listening;  // the others share what a port of 0 became
      workers_.push_back(std::move(*worker));
    }
    return port;
  }

  void serve() {
    running_ = workers_.size();
    for (auto& worker : workers_) threads_.emplace_back([this, raw = worker.get()] { run(*raw); });
    wait_for_signal();
    io_.run();
    for (auto& thread : threads_) thread.join();
  }

 private:
  void run(Thread& thread) {
    thread.run();
    net::asio::post(io_, [this] {
      if (--running_ == 0) io_.stop();
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (!error) on_signal(signal);
    });
  }

  void on_signal(int signal) {
    if (draining_) return stop();
    draining_ = true;
    const auto running = shared_.requests_in_flight.load();
    log_.write(running > 0 ? LogLevel::warning : LogLevel::info,
               fmt::format("{}: finishing {} requests; a second signal ends them at once",
                           signal == SIGTERM ? "SIGTERM" : "SIGINT", running));
    for (auto& worker : workers_) worker->drain();
    patience_.expires_after(std::chrono::seconds(shared_.config.drain_timeout));
    patience_.async_wait([this](boost::system::error_code error) {
      if (!error) stop();
    });
    wait_for_signal();
  }

  void stop() {
    for (auto& worker : workers_) worker->stop();
  }

  proxy::Shared& shared_;
  Log& log_;
  net::asio::io_context io_{1};
  Signals signals_;
  net::Timer patience_;
  std::vector<std::unique_ptr<Thread>> workers_;
  std::vector<std::thread> threads_;
  std::size_t running_ = 0;
  bool draining_ = false;
};

/// Every stream takes two descriptors; the usual soft limit of 1024 would end at 500 of them.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int failed(const Error& error) {
  fmt::print(stderr, "claude-code-proxy: {}{}{}\n", error.message, error.cause.empty() ? "" : ": ",
             error.cause);
  return 1;
}

}  // namespace

int run(config::Config config, const Launch& launch, Log& log) {
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  auto ends = endpoints(config);
  if (!ends) return failed(ends.error());
  proxy::Shared shared = share(std::move(config), log, std::move(*ends));

  Process process(shared, log);
  const auto port = process.start();
  if (!port) return failed(port.error());
  fmt::print(stderr, "{}", banner(shared.config, launch, *port));
  std::fflush(stderr);
  process.serve();
  return 0;
}

}  // namespace ccp::process
