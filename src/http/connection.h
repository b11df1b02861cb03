#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/worker.h"
#include "net/stream.h"

namespace ccp::http {

/// Memory reserved for a body because of its Content-Length alone, in bytes.
inline constexpr std::uint64_t trusted_length = std::uint64_t{1} << 20;

/// One client connection: requests one after the other, in one coroutine. Lives in that coroutine's frame.
class Connection {
 public:
  Connection(std::shared_ptr<Worker> worker, net::Socket socket, const net::Endpoint& peer,
             Admission admission);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Serves until the connection is to be closed.
  net::Task<void> run();

  /// Closes the connection if it is idle; else its answer will be the last.
  void drain();
  /// Ends everything under way.
  void abort();

  // What an Exchange offers its handler; contracts there.
  [[nodiscard]] const net::RequestHead& head() const { return head_; }
  [[nodiscard]] std::string_view peer();
  net::Task<Result<std::string>> read_body();
  net::Task<Result<void>> respond(Response response);
  net::Task<Result<void>> begin_stream(int status, std::string_view content_type,
                                       const std::vector<Header>& headers, std::string_view first);
  net::Task<Result<void>> write(std::string_view bytes);
  net::Task<Result<void>> end_stream(std::string_view last);
  [[nodiscard]] bool answered() const { return answer_ != Answer::none; }
  void watch_client(std::function<void()> on_gone);
  void unwatch_client();

 private:
  using Milliseconds = std::chrono::milliseconds;
  /// Why no request came: the answer to give, or nullopt when nobody waits for one.
  using Stop = std::optional<net::HeadError>;
  enum class Phase : std::uint8_t { idle, receiving, handling };
  enum class Body : std::uint8_t { unread, read, broken };
  enum class Answer : std::uint8_t {
    none,
    chunked,      ///< streaming
    until_close,  ///< streaming to an HTTP/1.0 client
    silent,       ///< streaming without a body (HEAD)
    complete,
    cut,  ///< the client did not get it
  };

  // connection.cc: the life of a request
  net::Task<bool> serve_one();
  net::Task<std::expected<void, Stop>> receive_head();
  std::expected<bool, Stop> take_head(std::string_view bytes, std::size_t& checked);
  void keep_rest(std::string_view bytes, std::size_t head_size);
  [[nodiscard]] Milliseconds head_time_left(std::chrono::steady_clock::time_point begun) const;
  net::Task<void> handle();
  net::Task<void> refuse(int status, std::string_view reason);
  net::Task<bool> finish();
  net::Task<bool> discard_body();
  net::Task<void> linger();

  // body.cc
  net::Task<Result<std::string>> read_sized(std::uint64_t length);
  net::Task<Result<std::string>> read_chunked();
  net::Task<Result<void>> invite_body();
  Result<bool> decode(net::ChunkedDecoder& decoder, char* data, std::size_t size, std::string& body);
  net::Task<net::IoResult<std::string_view>> receive(Milliseconds timeout);
  [[nodiscard]] std::uint64_t unread_bytes() const;

  // exchange.cc
  [[nodiscard]] bool may_keep_alive() const;
  [[nodiscard]] std::string_view connection_field() const;
  net::Task<Result<void>> send(std::string_view bytes, Answer then);
  net::Task<Result<void>> send_head(Answer then);
  void gone();
  void probe();

  std::shared_ptr<Worker> worker_;
  std::unique_ptr<net::Stream> stream_;
  net::Endpoint peer_endpoint_;
  std::string peer_;
  std::string pending_;     ///< received, but not used up: the next request, or the begin of a body
  std::string head_bytes_;  ///< what `head_` points into
  net::RequestHead head_;
  std::string out_;  ///< the bytes being sent
  std::function<void()> on_gone_;
  Admission admission_;
  Phase phase_ = Phase::idle;
  Body body_ = Body::unread;
  Answer answer_ = Answer::none;
  std::size_t sent_ahead_ = 0;  ///< bytes of the head of the answer that the client has already
  bool client_gone_ = false;
  bool keep_ = true;  ///< whether the answer says that the connection stays open
};

}  // namespace ccp::http
