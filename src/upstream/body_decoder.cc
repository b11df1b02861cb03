#include "upstream/body_decoder.h"

#include <algorithm>

namespace ccp::upstream {

BodyDecoder::BodyDecoder(const net::Framing& framing) : state_(start(framing)) {}

BodyDecoder::State BodyDecoder::start(const net::Framing& framing) {
  if (const auto* sized = std::get_if<net::SizedBody>(&framing))
    return sized->length == 0 ? State(Done{}) : State(Sized{sized->length});
  if (std::holds_alternative<net::ChunkedBody>(framing))
    return net::ChunkedDecoder(net::ChunkedDecoder::Trailers::lenient);
  if (std::holds_alternative<net::BodyUntilClose>(framing)) return UntilClose{};
  return Done{};
}

std::expected<BodyDecoder::Progress, std::string> BodyDecoder::decode(std::span<char> bytes) {
  const std::string_view view(bytes.data(), bytes.size());
  if (done()) return Progress{.payload = {}, .surplus = bytes.size()};
  if (auto* chunked = std::get_if<net::ChunkedDecoder>(&state_)) return take_chunks(*chunked, bytes);
  if (const auto* sized = std::get_if<Sized>(&state_)) return take_sized(sized->left, view);
  return Progress{.payload = view};
}

BodyDecoder::Progress BodyDecoder::take_sized(std::uint64_t left, std::string_view bytes) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
  state_ = size == left ? State(Done{}) : State(Sized{left - size});
  return {.payload = bytes.substr(0, size), .surplus = bytes.size() - size};
}

std::expected<BodyDecoder::Progress, std::string> BodyDecoder::take_chunks(net::ChunkedDecoder& decoder,
                                                                           std::span<char> bytes) {
  const auto progress = decoder.decode(bytes.data(), bytes.size());
  if (!progress) return std::unexpected(progress.error());
  if (progress->done) state_ = Done{};
  return Progress{.payload = std::string_view(bytes.data(), progress->payload),
                  .surplus = bytes.size() - progress->consumed};
}

bool BodyDecoder::close() {
  const auto* const chunked = std::get_if<net::ChunkedDecoder>(&state_);
  const bool payload_complete = chunked != nullptr && chunked->payload_complete();
  if (payload_complete || std::holds_alternative<UntilClose>(state_)) state_ = Done{};
  return done();
}

}  // namespace ccp::upstream
