#include "upstream/codings.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <new>

namespace ccp::upstream {

namespace {

int window_bits(Deflate form) {
  if (form == Deflate::raw) return -MAX_WBITS;
  return form == Deflate::gzip ? MAX_WBITS + 16 : MAX_WBITS;
}

class Inflating : public ContentDecoder::Coding {
 public:
  explicit Inflating(Deflate form) : form_(form) {
    if (inflateInit2(&stream_, window_bits(form)) != Z_OK) throw std::bad_alloc();
  }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
  ~Inflating() override { inflateEnd(&stream_); }

  std::optional<std::size_t> undo(std::string_view& bytes, std::span<char> room) override {
    std::size_t filled = 0;
    while (next_member(bytes)) {
      const auto written = step(bytes, room.subspan(filled));
      if (!written) return std::nullopt;
      filled += *written;
      if (!ended_) break;
    }
    if (ended_) bytes = {};
    return filled;
  }

  [[nodiscard]] bool ended() const override { return ended_; }

 private:
  /// False when the content is complete and no further member follows.
  bool next_member(std::string_view bytes) {
    if (!ended_) return true;
    if (form_ != Deflate::gzip || !bytes.starts_with('\x1f')) return false;
    ended_ = inflateReset(&stream_) != Z_OK;
    return !ended_;
  }

  std::optional<std::size_t> step(std::string_view& bytes, std::span<char> room) {
    // zlib's type is older than const; it does not write there.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(room.size());
    const int state = inflate(&stream_, Z_SYNC_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return std::nullopt;
    ended_ = state == Z_STREAM_END;
    bytes.remove_prefix(bytes.size() - stream_.avail_in);
    return room.size() - stream_.avail_out;
  }

  Deflate form_;
  z_stream stream_{};
  bool ended_ = false;
};

class Unbrotli : public ContentDecoder::Coding {
 public:
  Unbrotli() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance) {
    if (!state_) throw std::bad_alloc();
  }

  std::optional<std::size_t> undo(std::string_view& bytes, std::span<char> room) override {
    if (ended()) {
      bytes = {};
      return 0;
    }
    const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    auto* out = reinterpret_cast<std::uint8_t*>(room.data());
    std::size_t left = bytes.size();
    std::size_t free = room.size();
    if (BrotliDecoderDecompressStream(state_.get(), &left, &in, &free, &out, nullptr) ==
        BROTLI_DECODER_RESULT_ERROR)
      return std::nullopt;
    bytes.remove_prefix(bytes.size() - left);
    return room.size() - free;
  }

  [[nodiscard]] bool ended() const override { return BrotliDecoderIsFinished(state_.get()) != 0; }

 private:
  std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state_;
};

}  // namespace

std::unique_ptr<ContentDecoder::Coding> inflating(Deflate form) { return std::make_unique<Inflating>(form); }

std::unique_ptr<ContentDecoder::Coding> unbrotli() { return std::make_unique<Unbrotli>(); }

}  // namespace ccp::upstream
