#include "net/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace ccp::net {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

/// recv(2), repeated when a signal interrupts it.
ssize_t receive(int socket, std::span<char> into, int flags) {
  ssize_t received = 0;
  do {
    received = ::recv(socket, into.data(), into.size(), flags);
  } while (received < 0 && errno == EINTR);
  return received;
}

class PlainStream final : public Stream {
 public:
  PlainStream(Socket socket, Deadlines& deadlines) : Stream(std::move(socket), deadlines) {}

  IoResult<std::size_t> try_read(std::span<char> into) override {
    if (cancelled()) return io_error(IoError::Kind::cancelled);
    const ssize_t received = receive(socket_.native_handle(), into, 0);
    if (received > 0) return static_cast<std::size_t>(received);
    if (received == 0) return io_error(IoError::Kind::eof);
    if (would_block(errno)) return std::size_t{0};
    return io_error(IoError::Kind::failed, errno_text(errno));
  }

  Task<IoResult<void>> write(std::string_view bytes, milliseconds stall) override {
    while (!bytes.empty()) {
      const IoResult<std::size_t> sent = try_write(bytes);
      if (!sent) co_return std::unexpected(sent.error());
      bytes.remove_prefix(*sent);
      if (*sent > 0) continue;
      IoResult<void> ready = co_await wait(Socket::wait_write, stall);
      if (!ready) co_return ready;
    }
    co_return IoResult<void>{};
  }

 private:
  IoResult<std::size_t> try_write(std::string_view bytes) {
    if (cancelled()) return io_error(IoError::Kind::cancelled);
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (would_block(errno) || errno == EINTR) return std::size_t{0};
    return io_error(IoError::Kind::failed, errno_text(errno));
  }
};

/// Whether the connection is gone in both directions.
bool is_gone(int socket) {
  pollfd state{.fd = socket, .events = 0, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

std::string errno_text(int error) { return std::generic_category().message(error); }

struct Stream::Watcher : std::enable_shared_from_this<Stream::Watcher> {
  Stream* stream;  ///< null once nobody watches
  std::function<void()> on_close;
  std::function<void()> on_end;
  Socket::wait_type awaited = Socket::wait_read;  ///< errors, once the peer has ended its side
  asio::cancellation_signal stop;

  Watcher(Stream& watched, std::function<void()> close, std::function<void()> end)
      : stream(&watched), on_close(std::move(close)), on_end(std::move(end)) {}

  void start() {
    stream->socket_.async_wait(
        awaited, asio::bind_cancellation_slot(
                     stop.slot(), [self = shared_from_this()](const boost::system::error_code& error) {
                       self->woken(error);
                     }));
  }

  void woken(const boost::system::error_code& error) {
    if (stream == nullptr || error == asio::error::operation_aborted) return;
    const int socket = stream->socket_.native_handle();
    if (is_gone(socket)) return close();
    if (awaited == Socket::wait_error) return start();
    char byte = 0;
    const ssize_t received = receive(socket, std::span(&byte, 1), MSG_PEEK);
    if (received < 0) return would_block(errno) ? start() : close();
    if (received > 0) return forget();
    awaited = Socket::wait_error;
    start();
    on_end();
  }

  void close() {
    const auto keep = shared_from_this();
    forget();
    on_close();
  }

  void forget() { std::exchange(stream, nullptr)->watcher_.reset(); }
};

Stream::Stream(Socket socket, Deadlines& deadlines) : socket_(std::move(socket)), deadlines_(deadlines) {
  boost::system::error_code ignored;  // a socket that died already says so at the first read or write
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
}

Stream::~Stream() { unwatch(); }

Task<IoResult<void>> Stream::wait_readable(milliseconds timeout) { return wait(Socket::wait_read, timeout); }

Task<IoResult<std::size_t>> Stream::read_some(std::span<char> into, milliseconds timeout) {
  IoResult<std::size_t> received = try_read(into);
  if (!received || *received > 0) co_return received;
  const auto end = Clock::now() + timeout;
  for (auto left = timeout; received && *received == 0; received = try_read(into)) {
    IoResult<void> ready = co_await wait_readable(left);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
    left = std::chrono::ceil<milliseconds>(end - Clock::now());
  }
  co_return received;
}

Task<IoResult<void>> Stream::wait(Socket::wait_type direction, milliseconds timeout) {
  if (cancelled_) co_return io_error(IoError::Kind::cancelled);
  asio::cancellation_signal expired;
  bool timed_out = false;
  Deadline deadline(deadlines_, [&expired, &timed_out] {
    timed_out = true;
    expired.emit(asio::cancellation_type::total);
  });
  deadline.arm(timeout);
  boost::system::error_code error;
  co_await socket_.async_wait(
      direction, asio::bind_cancellation_slot(expired.slot(), asio::redirect_error(use_task, error)));
  if (cancelled_) co_return io_error(IoError::Kind::cancelled);
  if (!error) co_return IoResult<void>{};
  if (error != asio::error::operation_aborted) co_return io_error(IoError::Kind::failed, error.message());
  co_return io_error(timed_out ? IoError::Kind::timeout : IoError::Kind::cancelled);
}

void Stream::cancel() {
  cancelled_ = true;
  unwatch();
  boost::system::error_code ignored;  // nothing to cancel on a socket that is closed already
  socket_.cancel(ignored);
}

void Stream::try_send(std::string_view bytes) {
  if (cancelled_) return;
  static_cast<void>(::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

void Stream::watch_close(std::function<void()> on_close, std::function<void()> on_end) {
  unwatch();
  if (cancelled_) return;
  watcher_ = std::make_shared<Watcher>(*this, std::move(on_close), std::move(on_end));
  watcher_->start();
}

void Stream::unwatch() {
  if (!watcher_) return;
  const auto watcher = std::exchange(watcher_, nullptr);
  watcher->stream = nullptr;
  watcher->stop.emit(asio::cancellation_type::total);
}

bool Stream::idle() {
  char byte = 0;
  return receive(socket_.native_handle(), std::span(&byte, 1), MSG_PEEK) < 0 && would_block(errno);
}

std::unique_ptr<Stream> plain_stream(Socket socket, Deadlines& deadlines) {
  return std::make_unique<PlainStream>(std::move(socket), deadlines);
}

}  // namespace ccp::net
