#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ccp::translate {

/// The media type that an image's first bytes tell: PNG, JPEG, GIF or WebP; empty for anything else. Needs up
/// to 12 bytes.
std::string_view image_media_type(std::span<const std::uint8_t> head);

struct ImageSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// Pixels as the header at the start of base64 data (a `data:` prefix is allowed) tells them. Nothing when it
/// is not there: a JPEG may have its frame header behind much metadata.
std::optional<ImageSize> image_size(std::string_view base64_data);

}  // namespace ccp::translate
