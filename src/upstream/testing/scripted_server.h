#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace ccp::upstream::testing {

/// The server's side of one connection, blocking.
class Peer {
 public:
  /// `number`: 0 for the first connection accepted. With a context it speaks TLS.
  Peer(int socket, int number, SSL_CTX* tls);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// A whole request, head and sized body; nullopt once the client has closed.
  std::optional<std::string> request();

  /// The head of a request and whatever came with it.
  std::optional<std::string> request_head();

  void send(std::string_view bytes);
  /// Byte by byte, each in a segment of its own.
  void drip(std::string_view bytes);
  /// Sends TLS 1.3 session tickets once more.
  void send_tickets();
  /// Returns when the client closes.
  void wait_for_close();
  /// Closes now; with bytes unread the client sees a reset. Without it the connection closes at the end of
  /// the script.
  void close(bool say_goodbye = true);
  /// Ends the blocking calls, from another thread.
  void abort();

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool shaken_hands() const { return shaken_hands_; }
  [[nodiscard]] bool resumed() const;
  [[nodiscard]] std::string server_name() const;

 private:
  bool receive(std::string& into);

  std::mutex closing_;
  int socket_;
  int number_;
  SSL* ssl_ = nullptr;
  bool shaken_hands_ = false;
};

/// A server on 127.0.0.1 whose behaviour is a function, run in a thread of its own for each connection.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(Script script, SSL_CTX* tls = nullptr);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  void accept_all();

  Script script_;
  SSL_CTX* tls_;
  std::uint16_t port_ = 0;
  int listener_;
  std::atomic<int> accepted_ = 0;
  std::list<Peer> peers_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

/// A listening socket on 127.0.0.1: connections to it succeed and nothing ever answers. Once `fill`ed it does
/// not even let connections be made.
class SilentListener {
 public:
  SilentListener();
  ~SilentListener();
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  void fill();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  int listener_;
  std::list<int> waiting_;
};

namespace detail {

inline int listen_on_loopback(std::uint16_t& port, bool listening = true) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      (listening && ::listen(listener, 64) != 0) ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the test server cannot listen");
  port = ntohs(address.sin_port);
  return listener;
}

/// OpenSSL's socket BIO on this side writes without MSG_NOSIGNAL; the client's threads must do without this.
inline void block_sigpipe() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace detail

inline Peer::Peer(int socket, int number, SSL_CTX* tls) : socket_(socket), number_(number) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, socket_);
  SSL_set_accept_state(ssl_);
}

inline Peer::~Peer() {
  close();
  if (ssl_ != nullptr) SSL_free(ssl_);
}

inline bool Peer::receive(std::string& into) {
  std::array<char, 16384> buffer;
  int received = 0;
  if (ssl_ != nullptr) {
    shaken_hands_ = shaken_hands_ || SSL_do_handshake(ssl_) == 1;
    if (shaken_hands_) received = SSL_read(ssl_, buffer.data(), buffer.size());
  } else {
    received = static_cast<int>(::recv(socket_, buffer.data(), buffer.size(), 0));
  }
  if (received <= 0) return false;
  into.append(buffer.data(), static_cast<std::size_t>(received));
  return true;
}

inline std::optional<std::string> Peer::request_head() {
  std::string bytes;
  while (!bytes.contains("\r\n\r\n")) {
    if (!receive(bytes)) return std::nullopt;
  }
  return bytes;
}

inline std::optional<std::string> Peer::request() {
  std::optional<std::string> bytes = request_head();
  if (!bytes) return std::nullopt;
  const std::size_t body = bytes->find("\r\n\r\n") + 4;
  constexpr std::string_view name = "Content-Length: ";
  const std::size_t field = bytes->find(name);
  const std::size_t length = field < body ? std::stoul(bytes->substr(field + name.size())) : 0;
  while (bytes->size() < body + length) {
    if (!receive(*bytes)) return std::nullopt;
  }
  return bytes;
}

inline void Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const int sent = ssl_ != nullptr
                         ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                         : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

inline void Peer::drip(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) send(bytes.substr(i, 1));
}

inline void Peer::send_tickets() {
  SSL_new_session_ticket(ssl_);
  SSL_do_handshake(ssl_);
}

inline void Peer::wait_for_close() {
  for (std::string ignored; receive(ignored); ignored.clear()) {
  }
}

inline void Peer::close(bool say_goodbye) {
  const std::lock_guard lock(closing_);
  if (socket_ < 0) return;
  if (ssl_ != nullptr && say_goodbye) SSL_shutdown(ssl_);
  ::close(std::exchange(socket_, -1));
}

inline void Peer::abort() {
  const std::lock_guard lock(closing_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

inline bool Peer::resumed() const { return SSL_session_reused(ssl_) == 1; }

inline std::string Peer::server_name() const {
  const char* const name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? name : "";
}

inline ScriptedServer::ScriptedServer(Script script, SSL_CTX* tls)
    : script_(std::move(script)), tls_(tls), listener_(detail::listen_on_loopback(port_)) {
  acceptor_ = std::thread([this] { accept_all(); });
}

inline ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (Peer& peer : peers_) peer.abort();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

inline void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    Peer& peer = peers_.emplace_back(socket, accepted_++, tls_);
    threads_.emplace_back([this, &peer] {
      detail::block_sigpipe();
      script_(peer);
      peer.close();
    });
  }
}

inline SilentListener::SilentListener() : listener_(detail::listen_on_loopback(port_)) {}
inline SilentListener::~SilentListener() {
  for (const int socket : waiting_) ::close(socket);
  ::close(listener_);
}

inline void SilentListener::fill() {
  ::listen(listener_, 0);
  for (int i = 0; i < 4; ++i) {
    waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    ::connect(waiting_.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
}

/// A port of 127.0.0.1 that refuses connections.
inline std::uint16_t refusing_port() {
  // Bound for the life of the process, never listening: nobody else can take it.
  std::uint16_t port = 0;
  detail::listen_on_loopback(port, false);
  return port;
}

}  // namespace ccp::upstream::testing
