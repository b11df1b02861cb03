#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// HTTP/1.1 syntax (RFC 9110, RFC 9112), strict where request smuggling starts. Pure: no sockets, no clock.
namespace ccp::net {

/// One header field. Views point into the head's bytes; the value has no surrounding white space.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// The fields of a head in the order they came.
class Fields {
 public:
  void add(Field field) { fields_.push_back(field); }
  void reserve(std::size_t count) { fields_.reserve(count); }
  /// The value of the first field of that name (any case), or nullopt.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  void clear() { fields_.clear(); }

 private:
  std::vector<Field> fields_;
};

/// How the end of a body is found (RFC 9112 section 6.3).
struct NoBody {};
struct SizedBody {
  std::uint64_t length;
};
struct ChunkedBody {};
struct BodyUntilClose {};  ///< responses only
using Framing = std::variant<NoBody, SizedBody, ChunkedBody, BodyUntilClose>;

struct HeadLimits {
  std::size_t bytes = std::size_t{64} << 10;
  std::size_t fields = 100;
};

struct RequestHead {
  std::string_view method;
  std::string_view target;  ///< as sent; origin-form (or absolute-form, or `*`)
  std::string_view path;    ///< the target's path, without query
  std::string_view query;   ///< behind the `?`, may be empty
  int minor_version = 1;    ///< HTTP/1.x
  Fields fields;
  Framing framing;
  bool keep_alive = true;
  bool expect_continue = false;
};

struct ResponseHead {
  int status = 0;
  int minor_version = 1;
  Fields fields;
  Framing framing;
  bool keep_alive = true;
};

/// Why a head was refused: the reason in words, and the status to answer a request with (400, 414, 417, 431,
/// 501, 505). A response that is refused has 502.
struct HeadError {
  int status = 400;
  std::string reason;
};

/// The number of bytes of a complete head at the start of `bytes`, up to and with its empty line; nullopt
/// while it is incomplete. `checked` is where the last search ended (0 at first), so that a head that comes
/// in drops is not searched again and again. An empty line that ends in a bare LF counts too: parsing then
/// refuses the head at once, instead of waiting for its end.
std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t& checked);

/// Parses a complete request head. `head` must stay alive and unmoved while the result is used. One empty
/// line before the request line is allowed (RFC 9112 section 2.2). An incomplete head that is too long
/// already is refused as such (414 or 431). Refused, among others: bare LF and bare CR, obs-fold, white space
/// before the colon, missing or repeated Host on 1.1, Content-Length that is not one plain number,
/// Content-Length together with Transfer-Encoding, any transfer coding but exactly `chunked`,
/// Transfer-Encoding on 1.0, control characters in targets or values, CONNECT, and more fields than allowed.
std::expected<RequestHead, HeadError> parse_request_head(std::string_view head, const HeadLimits& limits);

/// Parses a complete response head of an answer to `request_method`. Interim (1xx) heads parse too, with
/// NoBody. Where both Transfer-Encoding and Content-Length came, the coding wins and the connection is not
/// kept.
std::expected<ResponseHead, HeadError> parse_response_head(std::string_view head,
                                                           std::string_view request_method,
                                                           const HeadLimits& limits);

/// Takes the chunked coding off (RFC 9112 section 7.1), in any split. Extensions and trailers are skipped,
/// both bounded; trailers must be fields, and none of those that say how a message is framed or routed.
class ChunkedDecoder {
 public:
  /// What becomes of a body whose trailers are broken: `strict` refuses it; `lenient` ends it in front of
  /// what is wrong, for its payload is complete.
  enum class Trailers : std::uint8_t { strict, lenient };
  explicit ChunkedDecoder(Trailers trailers = Trailers::strict) : trailers_(trailers) {}

  /// Bytes of extensions and trailers by which a body may exceed its payload.
  static constexpr std::size_t max_overhead = std::size_t{16} << 10;

  /// Decodes in place: payload bytes are moved to the front of `data`.
  struct Progress {
    std::size_t payload = 0;   ///< bytes of payload now at the front of `data`
    std::size_t consumed = 0;  ///< bytes of `data` that were used up; the rest belongs to the next message
    bool done = false;         ///< the last chunk and the trailer section were seen
  };
  /// An error is the reason in words; the connection is then unusable.
  std::expected<Progress, std::string> decode(char* data, std::size_t size);

  /// Bytes that the current chunk is to have beyond those that came: a body is known to be too large before
  /// it is there.
  [[nodiscard]] std::uint64_t remaining() const { return remaining_; }
  /// Whether the last chunk was seen: nothing but trailers can follow.
  [[nodiscard]] bool payload_complete() const { return state_ >= State::trailer_start; }

 private:
  enum class State : std::uint8_t {
    size_start,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,  // the states from here on are behind the payload
    trailer_name,
    trailer,
    trailer_lf,
    last_lf,
    done
  };
  std::size_t take_payload(char* to, const char* from, std::size_t size);
  /// Takes one byte of the framing; the reason when it must not stand there, else nullptr.
  const char* take(unsigned char byte);
  const char* take_size(unsigned char byte);
  const char* end_size();
  const char* take_trailer_name(unsigned char byte);
  const char* skip(unsigned char byte, State on_cr);
  const char* expect(unsigned char byte, unsigned char wanted, State next);

  static constexpr std::size_t longest_framing_name = 17;  // Transfer-Encoding

  Trailers trailers_;
  State state_ = State::size_start;
  std::array<char, longest_framing_name> name_{};  ///< how the name of a trailer begins
  std::size_t name_size_ = 0;                      ///< of the whole name so far
  std::uint8_t digits_ = 0;                        ///< of the chunk size so far
  std::uint64_t remaining_ = 0;
  std::size_t overhead_ = 0;  ///< bytes of extensions and trailers beyond the payload so far
};

}  // namespace ccp::net
