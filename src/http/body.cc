// Reading the body of a request.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "http/connection.h"

namespace ccp::http {

namespace {

using Bytes = Result<std::string>;

constexpr std::size_t growth = std::size_t{64} << 10;

std::unexpected<Error> too_large(std::size_t limit) {
  return client_error(
      ErrorKind::too_large,
      fmt::format("the request body is larger than {} bytes; make the conversation shorter or raise "
                  "the server's body limit",
                  limit));
}

/// `what`: what is missing, for a client that has ended its side only and may still read.
std::unexpected<Error> cut_short(const net::IoError& error, std::string_view what) {
  if (error.kind == net::IoError::Kind::timeout) {
    return client_error(ErrorKind::request_timeout, "the rest of the request body did not come in time");
  }
  if (error.kind == net::IoError::Kind::eof) {
    return client_error(
        ErrorKind::invalid_request,
        fmt::format("the request body is cut short: the client ended the connection after {}; send it again",
                    what));
  }
  return client_error(ErrorKind::cancelled,
                      "the client closed the connection while it sent the request body");
}

bool wants_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

/// Reads what is there now behind the end of `body`, up to `length` in all. Memory grows by doubling.
net::IoResult<std::size_t> append_available(net::Stream& stream, std::string& body, std::size_t length) {
  const auto size = body.size();
  if (size == body.capacity()) body.reserve(std::min(length, std::max(size * 2, growth)));
  net::IoResult<std::size_t> received;
  body.resize_and_overwrite(std::min(length, body.capacity()), [&](char* data, std::size_t room) {
    received = stream.try_read({data + size, room - size});
    return size + received.value_or(0);
  });
  return received;
}

}  // namespace

net::Task<net::IoResult<std::string_view>> Connection::receive(Milliseconds timeout) {
  const auto buffer = worker_->buffer();
  const auto received = co_await stream_->read_some(buffer, timeout);
  if (!received) co_return std::unexpected(received.error());
  co_return std::string_view(buffer.data(), *received);
}

/// The size of a body that was not touched; as large as can be where only reading tells.
std::uint64_t Connection::unread_bytes() const {
  if (std::holds_alternative<net::NoBody>(head_.framing)) return 0;
  const auto* const sized = std::get_if<net::SizedBody>(&head_.framing);
  return sized != nullptr ? sized->length : std::numeric_limits<std::uint64_t>::max();
}

net::Task<Bytes> Connection::read_body() {
  if (body_ != Body::unread) co_return internal_error("the request body was read twice");
  if (std::holds_alternative<net::NoBody>(head_.framing)) {
    body_ = Body::read;
    if (!wants_body(head_.method)) co_return std::string();
    co_return client_error(ErrorKind::length_required, "a request with a body needs Content-Length");
  }
  body_ = Body::broken;
  const auto* const sized = std::get_if<net::SizedBody>(&head_.framing);
  const auto limit = worker_->limits().body;
  if (sized != nullptr && sized->length > limit) co_return too_large(limit);
  auto invited = co_await invite_body();
  if (!invited) co_return std::unexpected(std::move(invited.error()));
  Bytes body;
  if (sized != nullptr) {
    body = co_await read_sized(sized->length);
  } else {
    body = co_await read_chunked();
  }
  if (body) body_ = Body::read;
  client_gone_ = !body && body.error().kind == ErrorKind::cancelled;
  co_return body;
}

/// Answers `Expect: 100-continue`, unless the client has begun to send anyway.
net::Task<Result<void>> Connection::invite_body() {
  if (!head_.expect_continue || !pending_.empty()) co_return Result<void>{};
  const auto sent = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", worker_->limits().write_stall);
  if (!sent) co_return cut_short(sent.error(), "the head");
  co_return Result<void>{};
}

net::Task<Bytes> Connection::read_sized(std::uint64_t length) {
  if (pending_.size() > length) {
    std::string body = pending_.substr(0, length);
    pending_.erase(0, length);
    co_return body;
  }
  std::string body = std::exchange(pending_, {});
  body.reserve(std::min(length, trusted_length));
  while (body.size() < length) {
    const auto received = append_available(*stream_, body, length);
    if (!received) {
      co_return cut_short(received.error(), fmt::format("{} of its {} bytes", body.size(), length));
    }
    if (*received > 0) continue;
    const auto ready = co_await stream_->wait_readable(worker_->limits().body_idle);
    if (!ready) co_return cut_short(ready.error(), {});
  }
  co_return body;
}

net::Task<Bytes> Connection::read_chunked() {
  net::ChunkedDecoder decoder;
  std::string body;
  std::string begin = std::exchange(pending_, {});
  auto done = decode(decoder, begin.data(), begin.size(), body);
  while (done && !*done) {
    const auto bytes = co_await receive(worker_->limits().body_idle);
    if (!bytes) {
      co_return cut_short(bytes.error(), fmt::format("{} bytes, without its last chunk", body.size()));
    }
    done = decode(decoder, worker_->buffer().data(), bytes->size(), body);
  }
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return body;
}

/// Appends the payload to `body`, and keeps what follows the end of the body, which it reports.
Result<bool> Connection::decode(net::ChunkedDecoder& decoder, char* data, std::size_t size,
                                std::string& body) {
  const auto progress = decoder.decode(data, size);
  if (!progress) {
    return client_error(ErrorKind::invalid_request,
                        "the chunked request body is broken: " + progress.error());
  }
  const auto limit = worker_->limits().body;
  const auto room = limit - body.size();
  if (progress->payload > room || decoder.remaining() > room - progress->payload) return too_large(limit);
  body.append(data, progress->payload);
  if (progress->done) pending_.assign(data + progress->consumed, size - progress->consumed);
  return progress->done;
}

}  // namespace ccp::http
