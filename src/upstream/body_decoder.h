#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "net/http1.h"

namespace ccp::upstream {

/// Takes the framing off an answer's body and knows its end. What is wrong with the trailers of a chunked
/// body, or their lack, does not cost its payload: what cannot be read of them is surplus.
class BodyDecoder {
 public:
  explicit BodyDecoder(const net::Framing& framing);

  /// Decodes `bytes` in place: the payload is a part of them. Bytes behind the end of the body are `surplus`.
  /// An error is the reason in words.
  struct Progress {
    std::string_view payload;
    std::size_t surplus = 0;
  };
  std::expected<Progress, std::string> decode(std::span<char> bytes);

  /// The peer closed: false when the body is cut.
  [[nodiscard]] bool close();

  [[nodiscard]] bool done() const { return std::holds_alternative<Done>(state_); }

 private:
  struct Done {};
  struct Sized {
    std::uint64_t left;
  };
  struct UntilClose {};
  using State = std::variant<Done, Sized, net::ChunkedDecoder, UntilClose>;

  static State start(const net::Framing& framing);
  Progress take_sized(std::uint64_t left, std::string_view bytes);
  std::expected<Progress, std::string> take_chunks(net::ChunkedDecoder& decoder, std::span<char> bytes);

  State state_;
};

}  // namespace ccp::upstream
