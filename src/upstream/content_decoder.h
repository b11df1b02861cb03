#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/http1.h"

namespace ccp::upstream {

/// Undoes the Content-Encoding of an answer's body, which nobody asked for and some gateways apply all the
/// same: gzip (also where no field names it), deflate (zlib or raw), br. A body that is plain in spite of its
/// field passes as it is. What is decoded comes in bounded pieces, and as soon as the bytes allow it. Errors
/// are the reason in words.
class ContentDecoder {
 public:
  /// One coding being undone.
  class Coding {
   public:
    virtual ~Coding() = default;
    /// Takes from the front of `bytes` and fills `room`: how much of it, or nullopt when the bytes are not of
    /// this coding.
    virtual std::optional<std::size_t> undo(std::string_view& bytes, std::span<char> room) = 0;
    /// The coded content is complete.
    [[nodiscard]] virtual bool ended() const = 0;
  };
  using Piece = std::expected<std::string_view, std::string>;

  explicit ContentDecoder(const net::Fields& head);

  /// The next piece of what `bytes` hold: valid until the next call, empty when there is none yet.
  Piece decode(std::string_view bytes);
  /// More of what has been given to `decode`, empty when there is none.
  Piece more();
  /// The body is complete: what was held back, or an error when the coded content is cut.
  Piece end();

 private:
  bool choose();
  bool start(std::unique_ptr<Coding> coding);
  Piece take_plain();

  std::string declared_;  ///< codings by the head, `identity` left out
  bool plain_ = false;
  bool unknown_ = false;
  std::unique_ptr<Coding> coding_;
  std::string pending_;  ///< coded bytes not yet taken
  std::string output_;
  std::uint64_t taken_ = 0;
  std::uint64_t given_ = 0;
};

}  // namespace ccp::upstream
