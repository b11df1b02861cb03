#include "upstream/ares_channel.h"

#include <fmt/format.h>
#include <sys/time.h>

#include <utility>

namespace ccp::upstream {

namespace {

using Descriptor = net::asio::posix::basic_stream_descriptor<net::Executor>;

constexpr int query_timeout_ms = 2000;
constexpr int query_tries = 3;

}  // namespace

/// One of c-ares' sockets. c-ares owns and closes it; we only wait for it.
struct AresChannel::Watched : std::enable_shared_from_this<AresChannel::Watched> {
  AresChannel* channel;  ///< null once c-ares has closed the socket
  ares_socket_t socket;
  Descriptor descriptor;

  /// One direction c-ares may be interested in.
  struct Interest {
    bool wanted = false;
    bool waiting = false;
  };
  Interest read;
  Interest write;

  Watched(AresChannel& owner, ares_socket_t watched_socket)
      : channel(&owner), socket(watched_socket), descriptor(owner.io_.get_executor()) {}

  ~Watched() { stop(); }

  void stop() {
    channel = nullptr;
    if (descriptor.is_open()) descriptor.release();
  }

  void wait(Descriptor::wait_type direction, Interest& interest) {
    if (!interest.wanted || interest.waiting) return;
    interest.waiting = true;
    descriptor.async_wait(
        direction, [self = shared_from_this(), direction, &interest](const boost::system::error_code& error) {
          interest.waiting = false;
          if (!error) self->ready(direction, interest);
        });
  }

  void ready(Descriptor::wait_type direction, Interest& interest) {
    if (channel == nullptr) return;
    const bool reading = direction == Descriptor::wait_read;
    channel->process(reading ? socket : ARES_SOCKET_BAD, reading ? ARES_SOCKET_BAD : socket);
    if (channel != nullptr) wait(direction, interest);
  }
};

AresChannel::AresChannel(net::asio::io_context& io)
    : io_(io), timer_(io.get_executor()), self_(std::make_shared<AresChannel*>(this)) {}

AresChannel::~AresChannel() {
  if (channel_ != nullptr) ares_destroy(channel_);
  *self_ = nullptr;
}

Result<std::unique_ptr<AresChannel>> AresChannel::create(net::asio::io_context& io,
                                                         const std::string& servers) {
  std::unique_ptr<AresChannel> created(new AresChannel(io));
  char lookups[] = "fb";  // files first, then DNS
  ares_options options{};
  options.timeout = query_timeout_ms;
  options.tries = query_tries;
  options.lookups = lookups;
  options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<AresChannel*>(self)->watch(socket, readable != 0, writable != 0);
  };
  options.sock_state_cb_data = created.get();
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  int status = ares_init_options(&created->channel_, &options, mask);
  if (status == ARES_SUCCESS && !servers.empty())
    status = ares_set_servers_ports_csv(created->channel_, servers.c_str());
  if (status != ARES_SUCCESS)
    return internal_error(fmt::format("name resolution cannot start: {}", ares_strerror(status)));
  return created;
}

void AresChannel::lookup(const std::string& host, Answer answer) {
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  const ares_addrinfo_callback answered = [](void* argument, int status, int, ares_addrinfo* addresses) {
    const std::unique_ptr<Answer> callback(static_cast<Answer*>(argument));
    const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(addresses, &ares_freeaddrinfo);
    (*callback)(status, addresses);
  };
  ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, answered, new Answer(std::move(answer)));
  arm_timer();
}

void AresChannel::watch(ares_socket_t socket, bool readable, bool writable) {
  std::shared_ptr<Watched>& watched = watched_[socket];
  if (!readable && !writable) {
    if (watched) watched->stop();
    watched_.erase(socket);
    return;
  }
  if (!watched) {
    watched = std::make_shared<Watched>(*this, socket);
    boost::system::error_code
        failed;  // the queries of a socket that cannot be watched run into c-ares' own timeout
    watched->descriptor.assign(socket, failed);
  }
  watched->read.wanted = readable;
  watched->write.wanted = writable;
  watched->wait(Descriptor::wait_read, watched->read);
  watched->wait(Descriptor::wait_write, watched->write);
}

void AresChannel::process(ares_socket_t readable, ares_socket_t writable) {
  const auto self = self_;
  ares_process_fd(channel_, readable, writable);
  if (*self != nullptr) arm_timer();
}

void AresChannel::arm_timer() {
  timeval storage{};
  const timeval* left = ares_timeout(channel_, nullptr, &storage);
  if (left == nullptr) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::seconds(left->tv_sec) + std::chrono::microseconds(left->tv_usec));
  timer_.async_wait([self = self_](const boost::system::error_code& error) {
    if (!error && *self != nullptr) (*self)->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

}  // namespace ccp::upstream
