#include <algorithm>
#include <cstring>

#include "net/http1_syntax.h"

namespace ccp::net {

namespace {

int hex_value(unsigned char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const int letter = byte | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

constexpr int max_digits = 16;  // of a size that fits 64 bits

}  // namespace

std::expected<ChunkedDecoder::Progress, std::string> ChunkedDecoder::decode(char* data, std::size_t size) {
  Progress progress;
  while (progress.consumed < size && state_ != State::done) {
    const char* const from = data + progress.consumed;
    if (state_ == State::data) {
      const auto taken = take_payload(data + progress.payload, from, size - progress.consumed);
      progress.payload += taken;
      progress.consumed += taken;
      continue;
    }
    if (const char* const reason = take(static_cast<unsigned char>(*from))) {
      if (!payload_complete() || trailers_ == Trailers::strict) return std::unexpected(reason);
      state_ = State::done;
      break;
    }
    ++progress.consumed;
  }
  progress.done = state_ == State::done;
  return progress;
}

std::size_t ChunkedDecoder::take_payload(char* to, const char* from, std::size_t size) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(size, remaining_));
  if (to != from) std::memmove(to, from, taken);
  remaining_ -= taken;
  overhead_ -= std::min(overhead_, taken);
  if (remaining_ == 0) state_ = State::data_cr;
  return taken;
}

const char* ChunkedDecoder::take(unsigned char byte) {
  switch (state_) {
    case State::size_start:
    case State::size:
      return take_size(byte);
    case State::extension:
      return skip(byte, State::size_lf);
    case State::size_lf:
      return byte == '\n' ? end_size() : "a chunk size does not end in CRLF";
    case State::data_cr:
      return expect(byte, '\r', State::data_lf);
    case State::data_lf:
      return expect(byte, '\n', State::size_start);
    case State::trailer_start:
      if (byte == '\r') {
        state_ = State::last_lf;
        return nullptr;
      }
      if (byte == ' ' || byte == '\t') return "a trailer is folded over several lines";
      state_ = State::trailer_name;
      name_size_ = 0;
      return take_trailer_name(byte);
    case State::trailer_name:
      return take_trailer_name(byte);
    case State::trailer:
      return skip(byte, State::trailer_lf);
    case State::trailer_lf:
      return expect(byte, '\n', State::trailer_start);
    case State::last_lf:
      return expect(byte, '\n', State::done);
    case State::data:
    case State::done:
      break;
  }
  return nullptr;
}

const char* ChunkedDecoder::take_size(unsigned char byte) {
  if (const int value = hex_value(byte); value >= 0) {
    if (state_ == State::size_start) {
      state_ = State::size;
      digits_ = 0;
      remaining_ = 0;
    }
    if (++digits_ > max_digits) return "a chunk size has more than 16 digits";
    remaining_ = remaining_ << 4 | static_cast<std::uint64_t>(value);
    return nullptr;
  }
  if (state_ == State::size_start) return "a chunk has no size";
  if (byte == ';') {
    state_ = State::extension;
    return skip(byte, State::size_lf);
  }
  return expect(byte, '\r', State::size_lf);
}

const char* ChunkedDecoder::end_size() {
  state_ = remaining_ == 0 ? State::trailer_start : State::data;
  return nullptr;
}

/// A trailer that frames or routes would mean something else to a neighbour that heeds it (RFC 9110 section
/// 6.5.1).
const char* ChunkedDecoder::take_trailer_name(unsigned char byte) {
  const char c = static_cast<char>(byte);
  if (byte != ':') {
    if (!syntax::is_token({&c, 1}))
      return "the name of a trailer holds a character that is not allowed, or lacks its colon";
    if (name_size_ < name_.size()) name_[name_size_] = c;
    ++name_size_;
    return skip(byte, State::trailer_lf);
  }
  if (name_size_ == 0) return "a trailer has no name";
  const std::string_view name(name_.data(), std::min(name_size_, name_.size()));
  for (const auto* const framing : {"content-length", "transfer-encoding", "host"}) {
    if (name.size() == name_size_ && syntax::same(name, framing))
      return "a trailer says how the message is framed or routed";
  }
  state_ = State::trailer;
  return skip(byte, State::trailer_lf);
}

const char* ChunkedDecoder::skip(unsigned char byte, State on_cr) {
  if (byte == '\r') {
    state_ = on_cr;
    return nullptr;
  }
  if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return "a control character in the framing of a chunk";
  return ++overhead_ > max_overhead ? "more than 16 KiB of chunk extensions and trailers" : nullptr;
}

const char* ChunkedDecoder::expect(unsigned char byte, unsigned char wanted, State next) {
  if (byte != wanted) return "the framing of a chunk is broken";
  state_ = next;
  return nullptr;
}

}  // namespace ccp::net
