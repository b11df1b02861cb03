#include "upstream/content_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "upstream/codings.h"

namespace ccp::upstream {

namespace {

/// So much is decoded at once.
constexpr std::size_t piece_size = std::size_t{64} << 10;

/// Beyond this much content, more than this many times the coded bytes is no answer but a bomb: text shrinks
/// 3 to 30 times.
constexpr std::uint64_t ratio_from = std::uint64_t{16} << 20;
constexpr std::uint64_t ratio_limit = 200;

bool is_gzip(std::string_view start) { return start.starts_with("\x1f\x8b"); }

bool is_zlib(std::string_view start) {
  const unsigned first = static_cast<unsigned char>(start[0]);
  const unsigned second = static_cast<unsigned char>(start[1]);
  return (first & 0x0f) == 8 && first >> 4 <= 7 && (first << 8 | second) % 31 == 0;
}

/// How JSON, events and pages begin.
bool begins_text(std::string_view start) {
  constexpr std::array<std::string_view, 16> beginnings{"{\"", "{ ", "{\n", "{\r", "{}", "[{", "[\"", "[]",
                                                        "da",  "ev", "er",  "id",  ": ", "<!", "<h",  "<H"};
  return std::ranges::find(beginnings, start.substr(0, 2)) != beginnings.end();
}

bool is_printable(std::string_view start) {
  return std::ranges::all_of(start.substr(0, 2),
                             [](char c) { return (c >= ' ' && c < 0x7f) || (c >= '\t' && c <= '\r'); });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

void add_codings(std::string& codings, std::string_view list) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const std::string_view coding = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (coding.empty() || same_ignoring_case(coding, "identity")) continue;
    if (!codings.empty()) codings += ", ";
    codings += coding;
  }
}

}  // namespace

ContentDecoder::ContentDecoder(const net::Fields& head) {
  for (const auto& field : head)
    if (same_ignoring_case(field.name, "content-encoding")) add_codings(declared_, field.value);
}

ContentDecoder::Piece ContentDecoder::decode(std::string_view bytes) {
  if (plain_) return bytes;
  pending_.append(bytes);
  if (!coding_ && !choose()) return std::string_view{};
  return more();
}

/// By the head and the first two bytes; false while they are not there.
bool ContentDecoder::choose() {
  if (declared_.empty() && !pending_.starts_with('\x1f')) return plain_ = !pending_.empty();
  if (pending_.size() < 2) return false;
  const bool deflate = same_ignoring_case(declared_, "deflate");
  const bool gzip = same_ignoring_case(declared_, "gzip") || same_ignoring_case(declared_, "x-gzip");
  if (is_gzip(pending_) && (declared_.empty() || gzip || deflate)) return start(inflating(Deflate::gzip));
  if (deflate && is_zlib(pending_)) return start(inflating(Deflate::zlib));
  if (declared_.empty() || begins_text(pending_)) return plain_ = true;
  if (deflate) return start(inflating(Deflate::raw));
  if (same_ignoring_case(declared_, "br")) return start(unbrotli());
  if (is_printable(pending_)) return plain_ = true;
  unknown_ = !gzip;
  return start(inflating(Deflate::gzip));
}

bool ContentDecoder::start(std::unique_ptr<Coding> coding) {
  coding_ = std::move(coding);
  return true;
}

ContentDecoder::Piece ContentDecoder::take_plain() {
  output_ = std::exchange(pending_, {});
  return output_;
}

ContentDecoder::Piece ContentDecoder::more() {
  if (plain_) return take_plain();
  if (!coding_) return std::string_view{};
  if (unknown_)
    return std::unexpected(
        fmt::format("nobody asked for its Content-Encoding {}, which is not known here (gzip, deflate and br "
                    "are): switch compression off at the provider or gateway",
                    declared_.substr(0, 64)));
  output_.resize(piece_size);
  std::string_view rest = pending_;
  const auto filled = coding_->undo(rest, output_);
  if (!filled)
    return std::unexpected(
        fmt::format("it is not valid {}", declared_.empty() ? std::string("gzip") : declared_));
  taken_ += pending_.size() - rest.size();
  given_ += *filled;
  pending_.erase(0, pending_.size() - rest.size());
  if (given_ > ratio_from && given_ / ratio_limit > taken_)
    return std::unexpected(
        fmt::format("{} compressed bytes hold more than {} bytes, which no answer does", taken_, given_));
  return std::string_view(output_).substr(0, *filled);
}

ContentDecoder::Piece ContentDecoder::end() {
  if (!coding_ && pending_.size() == 1 && same_ignoring_case(declared_, "br")) {  // all of an empty content
    start(unbrotli());
    if (const Piece piece = more(); !piece) return piece;
  }
  if (plain_ || !coding_) return take_plain();
  if (coding_->ended()) return std::string_view{};
  return std::unexpected("its compressed content is cut");
}

}  // namespace ccp::upstream
