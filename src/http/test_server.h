#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "http/server.h"

/// For the tests of this folder: a server on a thread of its own, and a client of raw bytes.
namespace ccp::http::test {

inline constexpr std::chrono::seconds patience{10};  ///< no test waits longer for anything

class TestServer {
 public:
  explicit TestServer(Handler handler, Limits limits = {}, Refusal refuse = refusal)
      : server_(std::make_unique<Server>(deadlines_, limits, std::move(handler), std::move(refuse),
                                         open_connections)) {
    port_ = server_->listen("127.0.0.1", 0).value();
    thread_ = std::thread([this] { io_->run(); });
  }

  ~TestServer() {
    stop();
    work_.reset();
    thread_.join();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Shared with whatever the test puts on the loop, and may outlive the server.
  [[nodiscard]] std::shared_ptr<net::asio::io_context> io() { return io_; }

  /// Runs `action` on the worker and waits for its end.
  template <class Action>
  void on_worker(Action action) {
    std::promise<void> done;
    net::asio::post(*io_, [&] {
      action();
      done.set_value();
    });
    done.get_future().get();
  }

  /// Starts to drain; the future is ready when all connections are gone.
  std::future<void> drain() {
    auto drained = std::make_shared<std::promise<void>>();
    on_worker([&] { server_->drain([drained] { drained->set_value(); }); });
    return drained->get_future();
  }
  void abort() {
    on_worker([&] { server_->abort(); });
  }
  /// Destroys the Server.
  void stop() {
    on_worker([&] { server_.reset(); });
  }

  std::shared_ptr<std::atomic<std::size_t>> open_connections = std::make_shared<std::atomic<std::size_t>>(0);

 private:
  static Response refusal(int status, std::string_view reason) {
    Response response;
    response.status = status;
    response.content_type = "text/plain";
    response.body = reason;
    return response;
  }

  std::shared_ptr<net::asio::io_context> io_ = std::make_shared<net::asio::io_context>(1);
  net::asio::executor_work_guard<net::Executor> work_{io_->get_executor()};
  net::Deadlines deadlines_{*io_};
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// One answer as it came.
struct Reply {
  int status = 0;
  std::string head;
  std::string body;  ///< with its chunked framing, if it has one

  [[nodiscard]] bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
};

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) option(SO_RCVBUF, receive_buffer);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    option(SO_RCVTIMEO, timeval{.tv_sec = patience.count()});
    option(SO_SNDTIMEO, timeval{.tv_sec = patience.count()});
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  Client(const TestServer& server, std::string_view bytes) : Client(server.port()) { send(bytes); }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  /// False when the server has reset the connection or takes nothing.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Everything up to and with `mark`, or what came before the end.
  std::string read_until(std::string_view mark) {
    std::size_t found = 0;
    while ((found = received_.find(mark)) == std::string::npos) {
      if (!receive()) return std::exchange(received_, {});
    }
    return take(found + mark.size());
  }

  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

  /// One whole answer. `to_head`: the answer to a HEAD request.
  Reply read_reply(bool to_head = false) {
    Reply reply;
    reply.head = read_until("\r\n\r\n");
    if (reply.head.size() > 12) reply.status = std::atoi(reply.head.c_str() + 9);
    if (to_head || reply.status < 200) return reply;
    if (const auto at = reply.head.find("Content-Length: "); at != std::string::npos) {
      const auto length = static_cast<std::size_t>(std::atol(reply.head.c_str() + at + 16));
      while (received_.size() < length && receive()) {
      }
      reply.body = take(std::min(length, received_.size()));
    } else {
      reply.body = reply.has("chunked") ? read_until("0\r\n\r\n") : read_to_end();
    }
    return reply;
  }

  /// Whether the server closes in order without sending anything more.
  bool closed() { return received_.empty() && !receive() && end_ == 0; }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  /// Ends the connection with a reset, as a client that dies.
  void reset() {
    option(SO_LINGER, linger{.l_onoff = 1, .l_linger = 0});
    close();
  }

 private:
  template <class Value>
  void option(int name, const Value& value) {
    ::setsockopt(socket_, SOL_SOCKET, name, &value, sizeof value);
  }

  bool receive() {
    char buffer[16 << 10];
    end_ = ::recv(socket_, buffer, sizeof buffer, 0);
    if (end_ <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(end_));
    return true;
  }

  std::string take(std::size_t size) {
    std::string taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
  }

  int socket_;
  bool connected_ = false;
  ssize_t end_ = 1;
  std::string received_;
};

inline int status_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::length_required:
      return 411;
    case ErrorKind::request_timeout:
      return 408;
    case ErrorKind::cancelled:
      return 499;
    default:
      return 400;
  }
}

/// Answers with method, path and body.
inline net::Task<void> echo(Exchange& exchange) {
  Response response;
  response.content_type = "text/plain";
  auto body = co_await exchange.read_body();
  if (body) {
    response.body =
        std::string(exchange.head().method) + ' ' + std::string(exchange.head().path) + ' ' + *body;
  } else {
    response.status = status_of(body.error());
    response.body = body.error().message;
  }
  co_await exchange.respond(std::move(response));
}

/// Answers without a look at the body.
inline net::Task<void> ignore_body(Exchange& exchange) {
  Response response;
  response.body = "{}";
  co_await exchange.respond(std::move(response));
}

/// A future that must come true soon.
template <class T>
bool soon(const std::future<T>& future, std::chrono::milliseconds time = patience) {
  return future.wait_for(time) == std::future_status::ready;
}

}  // namespace ccp::http::test
