#include "translate/image_size.h"

#include <array>

#include "translate/base64.h"

namespace ccp::translate {

namespace {

using Bytes = std::span<const std::uint8_t>;

bool has(Bytes head, std::size_t at, std::string_view magic) {
  if (head.size() < at + magic.size()) return false;
  for (std::size_t i = 0; i < magic.size(); ++i) {
    if (head[at + i] != static_cast<std::uint8_t>(magic[i])) return false;
  }
  return true;
}

std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}

std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

std::optional<ImageSize> png_size(Bytes head) {
  if (head.size() < 24) return std::nullopt;
  return ImageSize{big_endian(head, 16, 4), big_endian(head, 20, 4)};
}

std::optional<ImageSize> gif_size(Bytes head) {
  if (head.size() < 10) return std::nullopt;
  return ImageSize{little_endian(head, 6, 2), little_endian(head, 8, 2)};
}

/// RFC 9649: the first chunk is `VP8 ` (RFC 6386 section 9.1), `VP8L` (14-bit fields, minus one) or `VP8X`
/// (24-bit, minus one).
std::optional<ImageSize> webp_size(Bytes head) {
  if (head.size() < 30) return std::nullopt;
  if (has(head, 12, "VP8 ")) {
    return ImageSize{little_endian(head, 26, 2) & 0x3FFF, little_endian(head, 28, 2) & 0x3FFF};
  }
  if (has(head, 12, "VP8L")) {
    const auto packed = little_endian(head, 21, 4);
    return ImageSize{(packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1};
  }
  if (has(head, 12, "VP8X")) return ImageSize{little_endian(head, 24, 3) + 1, little_endian(head, 27, 3) + 1};
  return std::nullopt;
}

/// SOF0 … SOF15, without DHT, JPG and DAC that lie between them (ITU-T T.81 table B.1).
bool is_frame_header(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

std::optional<ImageSize> jpeg_size(Bytes head) {
  std::size_t at = 2;
  while (at + 9 <= head.size() && head[at] == 0xFF) {
    if (is_frame_header(head[at + 1]))
      return ImageSize{big_endian(head, at + 7, 2), big_endian(head, at + 5, 2)};
    at += head[at + 1] == 0xFF ? 1 : 2 + big_endian(head, at + 2, 2);
  }
  return std::nullopt;
}

}  // namespace

std::string_view image_media_type(Bytes head) {
  if (has(head, 0, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (has(head, 0, "\xff\xd8\xff")) return "image/jpeg";
  if (has(head, 0, "GIF87a") || has(head, 0, "GIF89a")) return "image/gif";
  if (has(head, 0, "RIFF") && has(head, 8, "WEBP")) return "image/webp";
  return {};
}

std::optional<ImageSize> image_size(std::string_view base64_data) {
  std::array<std::uint8_t, 4096> buffer;
  const Bytes head(buffer.data(), base64::decode_prefix(base64::payload(base64_data), buffer));
  const auto type = image_media_type(head);
  std::optional<ImageSize> size;
  if (type == "image/png") size = png_size(head);
  if (type == "image/jpeg") size = jpeg_size(head);
  if (type == "image/gif") size = gif_size(head);
  if (type == "image/webp") size = webp_size(head);
  if (size && (size->width == 0 || size->height == 0)) return std::nullopt;
  return size;
}

}  // namespace ccp::translate
