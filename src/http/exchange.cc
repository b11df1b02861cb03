// Answering a request.

#include <utility>

#include "http/connection.h"

namespace ccp::http {

namespace {

using Sent = Result<void>;

std::unexpected<Error> not_sent(const net::IoError& error) {
  if (error.kind == net::IoError::Kind::timeout) {
    return client_error(ErrorKind::timeout, "the client stopped reading the answer");
  }
  return client_error(ErrorKind::cancelled, "the client closed the connection");
}

std::unexpected<Error> wrong_order() {
  return internal_error("the calls that answer a request came in a wrong order");
}

bool never_has_body(int status) { return status < 200 || status == 204 || status == 304; }

/// Every answer begins so.
constexpr std::string_view status_line_begin = "HTTP/1.1 ";

net::Framing whole(int status, std::size_t size) {
  if (never_has_body(status)) return net::NoBody{};
  return net::SizedBody{size};
}

}  // namespace

net::Task<Sent> Connection::respond(Response response) {
  if (answer_ != Answer::none) co_return wrong_order();
  keep_ = may_keep_alive();
  const bool with_body = head_.method != "HEAD" && !never_has_body(response.status);
  out_.clear();
  out_.reserve(512 + (with_body ? response.body.size() : 0));
  append_head(out_,
              {.status = response.status,
               .content_type = response.content_type,
               .headers = response.headers,
               .framing = whole(response.status, response.body.size()),
               .connection = connection_field()},
              worker_->date());
  if (with_body) out_ += response.body;
  response.body = {};
  co_return co_await send_head(Answer::complete);
}

net::Task<Sent> Connection::begin_stream(int status, std::string_view content_type,
                                         const std::vector<Header>& headers, std::string_view first) {
  if (answer_ != Answer::none) co_return wrong_order();
  const bool is_1_1 = head_.minor_version == 1;
  keep_ = is_1_1 && may_keep_alive();
  const auto streaming = is_1_1 ? Answer::chunked : Answer::until_close;
  const auto then = head_.method == "HEAD" || never_has_body(status) ? Answer::silent : streaming;
  net::Framing framing = net::BodyUntilClose{};
  if (is_1_1) framing = net::ChunkedBody{};
  out_.clear();
  append_head(out_,
              {.status = status,
               .content_type = content_type,
               .headers = headers,
               .framing = framing,
               .connection = connection_field()},
              worker_->date());
  if (then == Answer::chunked) append_chunk(out_, first);
  if (then == Answer::until_close) out_ += first;
  co_return co_await send_head(then);
}

net::Task<Sent> Connection::send_head(Answer then) {
  const auto ahead = std::exchange(sent_ahead_, 0);
  co_return co_await send(std::string_view(out_).substr(ahead), then);
}

net::Task<Sent> Connection::write(std::string_view bytes) {
  if (answer_ == Answer::cut) co_return not_sent({});
  if (answer_ == Answer::none || answer_ == Answer::complete) co_return wrong_order();
  if (answer_ == Answer::silent) co_return Sent{};
  if (answer_ == Answer::until_close) co_return co_await send(bytes, Answer::until_close);
  out_.clear();
  append_chunk(out_, bytes);
  co_return co_await send(out_, Answer::chunked);
}

net::Task<Sent> Connection::end_stream(std::string_view last) {
  if (answer_ != Answer::chunked) {
    auto written = co_await write(last);
    if (written) answer_ = Answer::complete;
    co_return written;
  }
  out_.clear();
  append_chunk(out_, last);
  out_ += last_chunk;
  co_return co_await send(out_, Answer::complete);
}

/// Sends, and takes note of what has become of the answer.
net::Task<Sent> Connection::send(std::string_view bytes, Answer then) {
  answer_ = Answer::cut;
  const auto written = co_await stream_->write(bytes, worker_->limits().write_stall);
  if (!written) co_return not_sent(written.error());
  answer_ = then;
  co_return Sent{};
}

std::string_view Connection::connection_field() const {
  if (!keep_) return "close";
  return head_.minor_version == 0 ? "keep-alive" : "";
}

void Connection::watch_client(std::function<void()> on_gone) {
  on_gone_ = std::move(on_gone);
  stream_->watch_close([this] { gone(); }, [this] { probe(); });
}

void Connection::unwatch_client() {
  on_gone_ = nullptr;
  stream_->unwatch();
}

/// The client has ended its side. If it reads no more, the next byte of the answer makes it reset the
/// connection: that byte is one that comes in any case, so that a client that does read is served as ever.
void Connection::probe() {
  if (answer_ == Answer::none && sent_ahead_ == 0) {
    sent_ahead_ = status_line_begin.size();
    stream_->try_send(status_line_begin);
  } else if (answer_ == Answer::chunked) {
    stream_->try_send("0");  // a leading zero of the next chunk's size
  }
}

void Connection::gone() {
  client_gone_ = true;
  if (const auto on_gone = std::exchange(on_gone_, nullptr)) on_gone();
}

const net::RequestHead& Exchange::head() const { return connection_.head(); }

std::string_view Exchange::peer() const { return connection_.peer(); }

net::Task<Result<std::string>> Exchange::read_body() { return connection_.read_body(); }

net::Task<Sent> Exchange::respond(Response response) { return connection_.respond(std::move(response)); }

net::Task<Sent> Exchange::begin_stream(int status, std::string_view content_type,
                                       const std::vector<Header>& headers, std::string_view first) {
  return connection_.begin_stream(status, content_type, headers, first);
}

net::Task<Sent> Exchange::write(std::string_view bytes) { return connection_.write(bytes); }

net::Task<Sent> Exchange::end_stream(std::string_view last) { return connection_.end_stream(last); }

bool Exchange::answered() const { return connection_.answered(); }

void Exchange::watch_client(std::function<void()> on_gone) { connection_.watch_client(std::move(on_gone)); }

void Exchange::unwatch_client() { connection_.unwatch_client(); }

}  // namespace ccp::http
