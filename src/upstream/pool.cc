#include "upstream/pool.h"

#include <fmt/format.h>

#include <utility>

namespace ccp::upstream {

namespace {

using Clock = std::chrono::steady_clock;

std::string key(const Origin& origin) {
  return fmt::format("{} {} {}", origin.tls ? "https" : "http", origin.host, origin.port);
}

}  // namespace

Pool::Pool(net::Deadlines& deadlines, std::chrono::milliseconds idle_timeout, std::size_t max_idle)
    : idle_timeout_(idle_timeout), max_idle_(max_idle), sweep_(deadlines, [this] { close_old(); }) {}

std::unique_ptr<net::Stream> Pool::take(const Origin& origin) {
  const auto place = idle_.find(key(origin));
  if (place == idle_.end()) return nullptr;
  std::unique_ptr<net::Stream> found;
  std::deque<Idle>& connections = place->second;
  while (!connections.empty() && !found) {
    const bool young = Clock::now() - connections.back().since < idle_timeout_;
    std::unique_ptr<net::Stream> latest = std::move(connections.back().stream);
    connections.pop_back();
    if (young && latest->idle()) found = std::move(latest);
  }
  if (connections.empty()) idle_.erase(place);
  if (idle_.empty()) sweep_.disarm();
  return found;
}

void Pool::put(const Origin& origin, std::unique_ptr<net::Stream> stream) {
  if (max_idle_ == 0 || !stream->idle()) return;
  if (idle_.empty()) sweep_.arm(idle_timeout_);
  std::deque<Idle>& connections = idle_[key(origin)];
  if (connections.size() >= max_idle_) connections.pop_front();
  connections.push_back(Idle{.stream = std::move(stream), .since = Clock::now()});
}

void Pool::clear() {
  sweep_.disarm();
  idle_.clear();
}

std::size_t Pool::size() const {
  std::size_t total = 0;
  for (const auto& [origin, connections] : idle_) total += connections.size();
  return total;
}

void Pool::close_old() {
  const Clock::time_point now = Clock::now();
  for (auto place = idle_.begin(); place != idle_.end();) {
    std::deque<Idle>& connections = place->second;
    std::erase_if(connections, [&](const Idle& idle) { return now - idle.since >= idle_timeout_; });
    place = connections.empty() ? idle_.erase(place) : std::next(place);
  }
  if (!idle_.empty()) sweep_.arm(idle_timeout_ / 2);
}

}  // namespace ccp::upstream
