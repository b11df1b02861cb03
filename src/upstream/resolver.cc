#include "upstream/resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/loopback.h"
#include "upstream/ares_channel.h"

namespace ccp::upstream {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds least_ttl{1};
constexpr seconds greatest_ttl{60};
constexpr std::size_t cache_limit = 256;

/// One lookup under way, shared by those who wait for it.
struct Lookup {
  std::unordered_set<net::Timer*> waiting;
  std::optional<std::expected<Addresses, std::string>> outcome;

  void complete(std::expected<Addresses, std::string> result) {
    outcome = std::move(result);
    for (net::Timer* const timer : waiting) timer->cancel();
  }
};

/// Registers a waiter's timer for the time of its wait.
class Waiting {
 public:
  Waiting(Lookup& lookup, net::Timer& timer) : lookup_(lookup), timer_(timer) {
    lookup_.waiting.insert(&timer_);
  }
  ~Waiting() { lookup_.waiting.erase(&timer_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Lookup& lookup_;
  net::Timer& timer_;
};

std::optional<Address> address_of(const sockaddr& from) {
  namespace ip = net::asio::ip;
  if (from.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (from.sa_family != AF_INET6) return std::nullopt;
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
  ip::address_v6::bytes_type bytes;
  std::copy_n(v6.sin6_addr.s6_addr, bytes.size(), bytes.begin());
  return ip::address_v6(bytes, v6.sin6_scope_id);
}

/// The families in turn (RFC 8305 section 4), so that one broken family costs one attempt.
Addresses interleave(const Addresses& sorted) {
  Addresses first;
  Addresses second;
  for (const Address& address : sorted) {
    (address.is_v4() == sorted.front().is_v4() ? first : second).push_back(address);
  }
  Addresses mixed;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

/// What `localhost` is also where /etc/hosts does not say so. IPv4 first, as most local servers listen there.
Addresses loopback() {
  namespace ip = net::asio::ip;
  Addresses both;
  both.emplace_back(ip::address_v4::loopback());
  both.emplace_back(ip::address_v6::loopback());
  return both;
}

struct Found {
  Addresses addresses;
  seconds ttl = greatest_ttl;
};

Found read(const ares_addrinfo& answer) {
  Found found;
  for (const ares_addrinfo_node* node = answer.nodes; node != nullptr; node = node->ai_next) {
    const std::optional<Address> address = address_of(*node->ai_addr);
    if (!address || std::ranges::find(found.addresses, *address) != found.addresses.end()) continue;
    found.addresses.push_back(*address);
    found.ttl = std::min(found.ttl, seconds(node->ai_ttl));
  }
  found.ttl = std::max(found.ttl, least_ttl);
  found.addresses = interleave(found.addresses);
  return found;
}

auto failure(std::string_view host, std::string_view cause) {
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("cannot resolve the host name {}: {}", host, cause), Retry::yes);
}

}  // namespace

class Resolver::Channel {
 public:
  Channel(net::asio::io_context& io, std::unique_ptr<AresChannel> ares)
      : executor_(io.get_executor()), ares_(std::move(ares)) {}

  /// The cached answer, or null.
  const Addresses* cached(const std::string& host) {
    const auto entry = cache_.find(host);
    if (entry == cache_.end()) return nullptr;
    if (entry->second.until > Clock::now()) return &entry->second.addresses;
    cache_.erase(entry);
    return nullptr;
  }

  std::shared_ptr<Lookup> lookup(const std::string& host) {
    if (const auto running = lookups_.find(host); running != lookups_.end()) return running->second;
    auto started = std::make_shared<Lookup>();
    lookups_.emplace(host, started);
    ares_->lookup(host,
                  [this, host](int status, const ares_addrinfo* answer) { answered(host, status, answer); });
    return started;
  }

  void prefer(const std::string& host, const Address& address) {
    const auto entry = cache_.find(host);
    if (entry == cache_.end()) return;
    Addresses& addresses = entry->second.addresses;
    const auto place = std::ranges::find(addresses, address);
    if (place != addresses.end()) std::rotate(addresses.begin(), place, place + 1);
  }

  [[nodiscard]] const net::Executor& executor() const { return executor_; }

 private:
  struct Cached {
    Addresses addresses;
    Clock::time_point until;
  };

  void answered(const std::string& host, int status, const ares_addrinfo* answer) {
    const auto lookup = lookups_.extract(host).mapped();
    if (status != ARES_SUCCESS || answer == nullptr)
      return lookup->complete(std::unexpected(std::string(ares_strerror(status))));
    Found found = read(*answer);
    if (found.addresses.empty()) return lookup->complete(std::unexpected("it has no addresses"));
    if (cache_.size() >= cache_limit) cache_.clear();
    cache_.insert_or_assign(host, Cached{found.addresses, Clock::now() + found.ttl});
    lookup->complete(std::move(found.addresses));
  }

  net::Executor executor_;
  std::unordered_map<std::string, Cached> cache_;
  std::unordered_map<std::string, std::shared_ptr<Lookup>> lookups_;
  std::unique_ptr<AresChannel> ares_;  ///< last: its destructor answers the lookups under way
};

Resolver::Resolver(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(net::asio::io_context& io,
                                                   const std::string& dns_servers) {
  auto ares = AresChannel::create(io, dns_servers);
  if (!ares) return std::unexpected(std::move(ares.error()));
  return std::unique_ptr<Resolver>(new Resolver(std::make_unique<Channel>(io, std::move(*ares))));
}

void Resolver::prefer(const std::string& host, const Address& address) { channel_->prefer(host, address); }

net::Task<Result<Addresses>> Resolver::resolve(std::string host, std::chrono::milliseconds timeout,
                                               Cancellation& cancellation) {
  boost::system::error_code error;
  const Address numeric = net::asio::ip::make_address(host, error);
  if (!error) co_return Addresses(1, numeric);
  if (is_localhost(host)) co_return loopback();
  if (const Addresses* known = channel_->cached(host)) co_return *known;
  if (cancellation.requested()) co_return cancelled_error();

  const std::shared_ptr<Lookup> lookup = channel_->lookup(host);
  if (!lookup->outcome) {
    net::Timer timer(channel_->executor(), timeout);
    const Waiting waiting(*lookup, timer);
    const Cancellation::Scope scope(cancellation, [&timer] { timer.cancel(); });
    co_await timer.async_wait(net::asio::redirect_error(net::use_task, error));
  }
  if (cancellation.requested()) co_return cancelled_error();
  if (!lookup->outcome) co_return failure(host, fmt::format("no answer within {} ms", timeout.count()));
  if (!*lookup->outcome) co_return failure(host, lookup->outcome->error());
  co_return **lookup->outcome;
}

}  // namespace ccp::upstream
