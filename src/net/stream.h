#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "net/asio.h"
#include "net/deadline.h"

namespace ccp::net {

/// Why bytes stopped.
struct IoError {
  enum class Kind : std::uint8_t {
    eof,        ///< the peer closed in order (TLS: close_notify, or plain end of file)
    timeout,    ///< nothing moved for the given time; the stream is still usable
    cancelled,  ///< `cancel()` was called
    failed,     ///< reset, TLS error, …: `detail` says which
  };
  Kind kind = Kind::failed;
  std::string detail;
};

/// `IoError` of that kind, for `co_return`.
inline std::unexpected<IoError> io_error(IoError::Kind kind, std::string detail = {}) {
  return std::unexpected(IoError{.kind = kind, .detail = std::move(detail)});
}

/// The words for an `errno` value.
std::string errno_text(int error);

template <class T>
using IoResult = std::expected<T, IoError>;

/// A connected byte stream of one worker: plain TCP, or TLS over it. One reader and one writer at a time
/// (they may differ). The socket is non-blocking; waiting is separate from reading, so that the read buffer
/// can belong to the worker and be borrowed only while there are bytes.
class Stream {
 public:
  virtual ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// What is there now, without waiting: the number of bytes read, 0 when there is nothing yet.
  virtual IoResult<std::size_t> try_read(std::span<char> into) = 0;

  /// Waits until `try_read` can make progress (bytes, end or error).
  virtual Task<IoResult<void>> wait_readable(std::chrono::milliseconds timeout);

  /// try_read, waiting up to `timeout` for the first byte. Never 0.
  Task<IoResult<std::size_t>> read_some(std::span<char> into, std::chrono::milliseconds timeout);

  /// Writes everything. `stall` is the time allowed without any progress.
  virtual Task<IoResult<void>> write(std::string_view bytes, std::chrono::milliseconds stall) = 0;

  /// Ends the operations under way, and all later ones, with `cancelled`. Safe from any callback of this
  /// worker.
  void cancel();

  /// Watches for as long as nothing is readable; stops silently when bytes arrive (a pipelined request) or
  /// with `unwatch`. Calls `on_close` once when the connection is gone (reset), and before that `on_end` once
  /// when the peer has ended its side. Whether such a peer still reads is unknown: one that does not resets
  /// the connection on the next byte it gets. Not to be used together with a read.
  void watch_close(std::function<void()> on_close, std::function<void()> on_end);

  /// Sends what the kernel takes at once, in the hope that it does; errors show at the next write.
  void try_send(std::string_view bytes);
  void unwatch();

  /// True when the connection is idle as it should be: open, no bytes waiting (TLS: no application data;
  /// session tickets do not count and are taken in).
  [[nodiscard]] virtual bool idle();

  [[nodiscard]] Socket& socket() { return socket_; }

 protected:
  Stream(Socket socket, Deadlines& deadlines);

  /// Waits until the socket is ready for `direction`; a timeout ends this wait only, whatever else waits on
  /// the socket.
  Task<IoResult<void>> wait(Socket::wait_type direction, std::chrono::milliseconds timeout);

  [[nodiscard]] bool cancelled() const { return cancelled_; }

  Socket socket_;

 private:
  struct Watcher;
  Deadlines& deadlines_;
  bool cancelled_ = false;
  std::shared_ptr<Watcher> watcher_;
};

/// Plain TCP. Takes the socket over; sets TCP_NODELAY and non-blocking mode.
std::unique_ptr<Stream> plain_stream(Socket socket, Deadlines& deadlines);

}  // namespace ccp::net
