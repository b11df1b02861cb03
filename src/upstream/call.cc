#include "upstream/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "upstream/request_text.h"

namespace ccp::upstream {

namespace {

using net::IoError;
using net::IoResult;
using net::Task;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr net::HeadLimits head_limits{};
constexpr int interim_limit = 32;

/// So much of the body goes out with the head in one write.
constexpr std::size_t first_part = std::size_t{16} << 10;

/// Between parts of this size we look whether the provider has answered (or closed) already.
constexpr std::size_t body_part = std::size_t{256} << 10;

milliseconds left_until(Clock::time_point end) {
  return std::max(std::chrono::ceil<milliseconds>(end - Clock::now()), milliseconds::zero());
}

std::string cause_of(const IoError& failure) {
  if (failure.kind == IoError::Kind::eof) return "closed";
  if (failure.kind == IoError::Kind::timeout) return "timed out";
  return failure.detail;
}

}  // namespace

Call::Implementation::Implementation(std::shared_ptr<Client::State> client, const Origin& origin,
                                     Request request)
    : client_(std::move(client)), origin_(origin), request_(std::move(request)) {}

Task<Result<void>> Call::Implementation::send() {
  if (cancellation_.requested()) co_return cancelled_error();
  const Proxy* const proxy = origin_.tls ? nullptr : client_->options.proxies.towards(origin_);
  Result<std::string> text = request_text(origin_, request_, proxy);
  if (!text) co_return std::unexpected(std::move(text.error()));
  request_text_ = std::move(*text);
  body_in_text_ = std::min(first_part, request_.body.size());
  request_text_.append(request_.body.substr(0, body_in_text_));

  stream_ = client_->pool.take(origin_);
  reused_ = stream_ != nullptr;
  if (!reused_) {
    Result<void> opened = co_await open();
    if (!opened) co_return opened;
  }
  Result<void> sent = co_await transmit();
  co_return sent;
}

Task<Result<void>> Call::Implementation::open() {
  Result<std::unique_ptr<net::Stream>> opened = co_await client_->connector.connect(origin_, cancellation_);
  if (!opened) co_return std::unexpected(std::move(opened.error()));
  stream_ = std::move(*opened);
  co_return Result<void>{};
}

/// A failed write is not the end: the provider may have answered and closed, which `head` finds out.
Task<Result<void>> Call::Implementation::transmit() {
  write_failure_.reset();
  sent_whole_ = false;
  const IoResult<void> written = co_await write_request();
  if (cancellation_.requested()) co_return cancelled_error();
  if (!written) write_failure_ = written.error();
  const bool stalled = write_failure_ && write_failure_->kind == IoError::Kind::timeout;
  if (!stalled || !stream_->idle()) co_return Result<void>{};
  co_return upstream_error(ErrorKind::bad_gateway,
                           fmt::format("{} took no bytes of the request for {} ms", origin_.authority(),
                                       client_->options.write_stall.count()),
                           Retry::yes);
}

Task<IoResult<void>> Call::Implementation::write_request() {
  const milliseconds stall = client_->options.write_stall;
  IoResult<void> written = co_await stream_->write(request_text_, stall);
  std::string_view rest = request_.body.substr(body_in_text_);
  while (written && !rest.empty()) {
    if (!stream_->idle()) co_return written;
    written = co_await stream_->write(rest.substr(0, body_part), stall);
    rest.remove_prefix(std::min(body_part, rest.size()));
  }
  sent_whole_ = written.has_value();
  co_return written;
}

Task<Result<const net::ResponseHead*>> Call::Implementation::head(milliseconds wait) {
  const Clock::time_point end = Clock::now() + wait;
  while (!head_) {
    if (cancellation_.requested()) co_return cancelled_error();
    if (!stream_) co_return internal_error("an answer was awaited to a request that was not sent");
    const IoResult<std::size_t> received = co_await stream_->read_some(client_->buffer, left_until(end));
    if (!received && received.error().kind == IoError::Kind::timeout) co_return nullptr;
    if (!received) {
      Result<void> replaced = co_await replace(received.error());
      if (!replaced) co_return std::unexpected(std::move(replaced.error()));
      continue;
    }
    head_bytes_.append(client_->buffer.data(), *received);
    Result<bool> taken = take_head();
    if (!taken) co_return std::unexpected(std::move(taken.error()));
  }
  co_return &*head_;
}

/// The connection died before the head was complete: one that was reused gets a fresh successor, once.
Task<Result<void>> Call::Implementation::replace(IoError failure) {
  if (cancellation_.requested()) co_return cancelled_error();
  const bool silent = head_bytes_.empty() && interim_heads_ == 0;
  if (!silent) co_return broken("in the middle of the head of its answer", failure);
  if (!reused_) co_return broken("before the first byte of its answer", write_failure_.value_or(failure));
  reused_ = false;
  stream_.reset();
  Result<void> opened = co_await open();
  if (!opened) co_return opened;
  Result<void> sent = co_await transmit();
  co_return sent;
}

/// Looks for heads in what has come: true when the final one is there.
Result<bool> Call::Implementation::take_head() {
  while (const auto end = net::find_head_end(head_bytes_, head_checked_)) {
    std::string behind = head_bytes_.substr(*end);
    head_bytes_.resize(*end);
    head_bytes_.shrink_to_fit();
    auto parsed = net::parse_response_head(head_bytes_, request_.method, head_limits);
    if (!parsed)
      return upstream_error(ErrorKind::bad_gateway, fmt::format("the answer of {} is not valid HTTP: {}",
                                                                origin_.authority(), parsed.error().reason));
    const Result<bool> accepted = accept(std::move(*parsed), std::move(behind));
    if (!accepted || *accepted) return accepted;
  }
  if (head_bytes_.size() <= head_limits.bytes) return false;
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("the head of the answer of {} is larger than {} bytes",
                                    origin_.authority(), head_limits.bytes));
}

/// False when the head was an interim one and the next is to be looked for in `behind`.
Result<bool> Call::Implementation::accept(net::ResponseHead parsed, std::string behind) {
  if (parsed.status < 200) {
    if (parsed.status == 101 || ++interim_heads_ > interim_limit)
      return upstream_error(ErrorKind::bad_gateway, fmt::format("{} sent a {} answer that nobody asked for",
                                                                origin_.authority(), parsed.status));
    head_bytes_ = std::move(behind);
    head_checked_ = 0;
    return false;
  }
  head_ = std::move(parsed);
  behind_head_ = std::move(behind);
  std::string().swap(request_text_);
  body_.emplace(head_->framing);
  content_.emplace(head_->fields);
  surplus_ = body_->done() && !behind_head_.empty();
  if (body_->done()) finish();
  return true;
}

Task<Result<std::optional<std::string_view>>> Call::Implementation::read(milliseconds wait) {
  std::string().swap(delivered_);
  if (!body_) co_return internal_error("a body was read before its head");
  const Clock::time_point end = Clock::now() + wait;
  const Result<std::string_view> rest = content(content_->more());
  if (!rest || !rest->empty()) co_return rest;
  while (!body_->done()) {
    if (cancellation_.requested()) co_return cancelled_error();
    const IoResult<std::span<char>> bytes = co_await next_bytes(left_until(end));
    if (!bytes && bytes.error().kind == IoError::Kind::timeout) co_return std::optional<std::string_view>{};
    const Result<std::string_view> payload = bytes ? decode(*bytes) : ended(bytes.error());
    if (!payload) co_return std::unexpected(payload.error());
    if (!payload->empty()) co_return std::optional(*payload);
  }
  co_return content(content_->end());
}

Task<IoResult<std::span<char>>> Call::Implementation::next_bytes(milliseconds wait) {
  if (!behind_head_.empty()) {
    delivered_ = std::exchange(behind_head_, {});
    co_return std::span<char>(delivered_);
  }
  const IoResult<std::size_t> received = co_await stream_->read_some(client_->buffer, wait);
  if (!received) co_return std::unexpected(received.error());
  co_return std::span<char>(client_->buffer).first(*received);
}

Result<std::string_view> Call::Implementation::decode(std::span<char> bytes) {
  const auto progress = body_->decode(bytes);
  if (!progress)
    return upstream_error(ErrorKind::bad_gateway,
                          fmt::format("the body of the answer of {} is not valid HTTP: {}",
                                      origin_.authority(), progress.error()));
  surplus_ = surplus_ || progress->surplus > 0;
  if (body_->done()) finish();
  return content(content_->decode(progress->payload));
}

Result<std::string_view> Call::Implementation::content(const ContentDecoder::Piece& piece) const {
  if (piece) return *piece;
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("the body of the answer of {} (status {}) cannot be read: {}",
                                    origin_.authority(), head_->status, piece.error()));
}

Result<std::string_view> Call::Implementation::ended(const IoError& failure) {
  if (failure.kind == IoError::Kind::cancelled) return cancelled_error();
  if (failure.kind != IoError::Kind::eof || !body_->close())
    return broken("in the middle of its answer", failure);
  stream_.reset();
  return std::string_view{};
}

/// The answer is complete: the connection goes back to the pool if it can serve another.
void Call::Implementation::finish() {
  std::unique_ptr<net::Stream> stream = std::move(stream_);
  if (head_->keep_alive && sent_whole_ && !surplus_ && !cancellation_.requested())
    client_->pool.put(origin_, std::move(stream));
}

std::unexpected<Error> Call::Implementation::broken(std::string_view what, const IoError& failure) const {
  if (failure.kind == IoError::Kind::cancelled) return cancelled_error();
  auto cause = cause_of(failure);
  const auto cure = client_certificate_cure(cause);
  return upstream_error(ErrorKind::bad_gateway,
                        fmt::format("{} ended the connection {}{}", origin_.authority(), what, cure),
                        Retry::yes, std::move(cause));
}

Task<Result<std::string>> Call::Implementation::read_all(std::size_t limit, milliseconds time) {
  const Clock::time_point end = Clock::now() + time;
  std::string all;
  const auto* const sized = head_ ? std::get_if<net::SizedBody>(&head_->framing) : nullptr;
  if (sized != nullptr && sized->length <= limit) all.reserve(sized->length);
  for (;;) {
    const Result<std::optional<std::string_view>> part = co_await read(left_until(end));
    if (!part) co_return std::unexpected(part.error());
    if (!*part)
      co_return upstream_error(ErrorKind::timeout,
                               fmt::format("the answer of {} did not come to its end within {} ms",
                                           origin_.authority(), time.count()));
    if ((*part)->empty()) co_return all;
    if ((*part)->size() > limit - all.size())
      co_return upstream_error(ErrorKind::bad_gateway, fmt::format("the answer of {} is larger than {} bytes",
                                                                   origin_.authority(), limit));
    all.append(**part);
  }
}

void Call::Implementation::cancel() {
  cancellation_.request();
  if (stream_) stream_->cancel();
}

Call::Call(Client& client, const Origin& origin, Request request)
    : implementation_(std::make_unique<Implementation>(client.state_, origin, std::move(request))) {}

Call::~Call() = default;

Task<Result<void>> Call::send() { return implementation_->send(); }

Task<Result<const net::ResponseHead*>> Call::head(milliseconds wait) { return implementation_->head(wait); }

Task<Result<std::optional<std::string_view>>> Call::read(milliseconds wait) {
  return implementation_->read(wait);
}

Task<Result<std::string>> Call::read_all(std::size_t limit, milliseconds time) {
  return implementation_->read_all(limit, time);
}

void Call::cancel() { implementation_->cancel(); }

bool Call::reused() const { return implementation_->reused(); }

}  // namespace ccp::upstream
