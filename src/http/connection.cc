#include "http/connection.h"

#include <utility>

namespace ccp::http {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// An unread body up to this size is read away so that the connection can be kept.
constexpr std::uint64_t discard_limit = std::uint64_t{64} << 10;
constexpr milliseconds discard_time{2'000};
/// How long a closing connection goes on reading, so that the client can read the answer before a reset
/// destroys it.
constexpr milliseconds linger_time{10'000};
constexpr milliseconds linger_silence{2'000};
/// How long a connection that is one too many may take to send its request.
constexpr milliseconds refusal_time{2'000};

milliseconds until(Clock::time_point end) { return std::chrono::ceil<milliseconds>(end - Clock::now()); }

/// The first byte of a TLS handshake record (RFC 8446 section 5.1).
constexpr char tls_handshake = 0x16;

}  // namespace

Connection::Connection(std::shared_ptr<Worker> worker, net::Socket socket, const net::Endpoint& peer,
                       Admission admission)
    : worker_(std::move(worker)),
      stream_(net::plain_stream(std::move(socket), worker_->deadlines())),
      peer_endpoint_(peer),
      admission_(admission) {
  worker_->add(*this);
}

Connection::~Connection() { worker_->remove(*this, admission_); }

net::Task<void> Connection::run() {
  try {
    for (bool more = true; more;) more = co_await serve_one();
  } catch (...) {
    // Out of memory: the connection is all that can be given back.
  }
}

void Connection::drain() {
  if (phase_ == Phase::idle && stream_->idle()) stream_->cancel();
}

void Connection::abort() {
  stream_->cancel();
  gone();
}

/// One request and its answer; whether another may follow.
net::Task<bool> Connection::serve_one() {
  phase_ = Phase::idle;
  auto received = co_await receive_head();
  phase_ = Phase::handling;
  if (!received) {
    if (received.error()) co_await refuse(received.error()->status, received.error()->reason);
    co_return false;
  }
  if (admission_ == Admission::refused) {
    co_await refuse(529, "too many connections, try again");
    co_return false;
  }
  co_await handle();
  co_return co_await finish();
}

net::Task<std::expected<void, Connection::Stop>> Connection::receive_head() {
  using Received = std::expected<void, Stop>;
  std::size_t checked = 0;
  auto begun = Clock::now();
  if (!pending_.empty()) {
    auto complete = take_head(pending_, checked);
    if (!complete) co_return std::unexpected(std::move(complete.error()));
    if (*complete) co_return Received{};
    phase_ = Phase::receiving;
  }
  for (;;) {
    const auto bytes = co_await receive(head_time_left(begun));
    if (!bytes) {
      const bool slow = phase_ == Phase::receiving && bytes.error().kind == net::IoError::Kind::timeout;
      if (!slow) co_return std::unexpected(Stop{});
      co_return std::unexpected(
          net::HeadError{.status = 408, .reason = "the request head did not come in time"});
    }
    if (std::exchange(phase_, Phase::receiving) == Phase::idle) begun = Clock::now();
    auto complete = take_head(pending_.empty() ? *bytes : pending_.append(*bytes), checked);
    if (!complete) co_return std::unexpected(std::move(complete.error()));
    if (*complete) co_return Received{};
  }
}

milliseconds Connection::head_time_left(Clock::time_point begun) const {
  const auto& limits = worker_->limits();
  if (phase_ == Phase::receiving) return until(begun + limits.header_time);
  return admission_ == Admission::served ? limits.keep_alive : std::min(limits.keep_alive, refusal_time);
}

/// Takes the head off the begin of `bytes` (which may be `pending_`), if it is complete.
std::expected<bool, Connection::Stop> Connection::take_head(std::string_view bytes, std::size_t& checked) {
  if (bytes.front() == tls_handshake) {
    return std::unexpected(
        net::HeadError{.reason = "this port speaks plain HTTP: use http://, not https://"});
  }
  const auto& limits = worker_->limits().head;
  const auto end = net::find_head_end(bytes, checked);
  if (!end && bytes.size() <= limits.bytes) {
    if (pending_.empty()) pending_ = bytes;
    return false;
  }
  head_bytes_ = bytes.substr(0, end.value_or(bytes.size()));
  auto head = net::parse_request_head(head_bytes_, limits);
  if (!head) return std::unexpected(std::move(head.error()));
  head_ = std::move(*head);
  body_ = Body::unread;
  answer_ = Answer::none;
  keep_ = true;
  keep_rest(bytes, head_bytes_.size());
  return true;
}

/// Keeps what came behind the head. It becomes the begin of the body, so there is room for that at once.
void Connection::keep_rest(std::string_view bytes, std::size_t head_size) {
  if (!pending_.empty()) {
    pending_.erase(0, head_size);
    return;
  }
  const auto* const sized = std::get_if<net::SizedBody>(&head_.framing);
  if (sized != nullptr && sized->length <= worker_->limits().body) {
    pending_.reserve(std::min(sized->length, trusted_length));
  }
  pending_ = bytes.substr(head_size);
}

net::Task<void> Connection::handle() {
  Exchange exchange(*this);
  try {
    co_await worker_->handler()(exchange);
  } catch (...) {
    if (answer_ != Answer::complete && answer_ != Answer::none) answer_ = Answer::cut;
  }
  unwatch_client();
  if (answer_ == Answer::none && !client_gone_) co_await refuse(500, "the request could not be answered");
}

/// Answers instead of the handler. The connection is closed afterwards.
net::Task<void> Connection::refuse(int status, std::string_view reason) {
  Response response;
  try {
    response = worker_->refusal()(status, reason);
  } catch (...) {
    response.status = status;
  }
  if (status == 529) response.headers.push_back({"retry-after", "1"});
  head_.keep_alive = false;
  answer_ = Answer::none;
  const auto sent = co_await respond(std::move(response));
  if (sent) co_await linger();
  answer_ = Answer::cut;
}

/// After the answer: whether the connection can take the next request.
net::Task<bool> Connection::finish() {
  if (answer_ != Answer::complete) co_return false;
  if (!keep_ || !worker_->serving()) {
    if ((body_ != Body::read && unread_bytes() > 0) || !pending_.empty()) co_await linger();
    co_return false;
  }
  if (body_ == Body::unread) {
    const bool discarded = co_await discard_body();
    if (!discarded) co_return false;
  }
  head_ = {};
  head_bytes_ = {};
  out_ = {};
  if (pending_.empty()) pending_ = {};
  co_return true;
}

/// Reads a small body away that the handler did not want.
net::Task<bool> Connection::discard_body() {
  auto left = unread_bytes();
  const auto end = Clock::now() + discard_time;
  const auto buffered = std::min<std::uint64_t>(left, pending_.size());
  pending_.erase(0, buffered);
  left -= buffered;
  while (left > 0) {
    const auto bytes = co_await receive(until(end));
    if (!bytes) co_return false;
    const auto used = std::min<std::uint64_t>(left, bytes->size());
    left -= used;
    pending_ = bytes->substr(used);
  }
  co_return true;
}

/// RFC 9112 section 9.6: closes the sending side and reads what still comes, for a while.
net::Task<void> Connection::linger() {
  boost::system::error_code ignored;  // a connection that is gone already needs no lingering
  stream_->socket().shutdown(net::Socket::shutdown_send, ignored);
  const auto end = Clock::now() + linger_time;
  for (auto left = linger_time; left.count() > 0; left = until(end)) {
    const auto bytes = co_await receive(std::min(left, linger_silence));
    if (!bytes) break;
  }
}

std::string_view Connection::peer() {
  if (peer_.empty()) {
    const auto address = peer_endpoint_.address();
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    peer_ = host + ":" + std::to_string(peer_endpoint_.port());
  }
  return peer_;
}

/// Whether the answer may promise to keep the connection.
bool Connection::may_keep_alive() const {
  if (!head_.keep_alive || !worker_->serving() || body_ == Body::broken) return false;
  if (body_ == Body::read) return true;
  return unread_bytes() <= discard_limit && (unread_bytes() == 0 || !head_.expect_continue);
}

}  // namespace ccp::http
