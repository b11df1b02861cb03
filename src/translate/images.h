#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "anthropic/messages.h"
#include "translate/blocks.h"
#include "translate/parts.h"

namespace ccp::translate {

/// Base64 image data as a data URL that every provider can decode: canonical base64, the media type its first
/// bytes tell. The error is the reason why it can be no image, for the client.
std::expected<std::string, std::string_view> image_data_url(std::string_view data);

/// Adds the image, or a placeholder text for one that only Anthropic could read, or nobody.
void append_image(const anthropic::ImageBlock& image, const BlockContext& context, Parts& parts);

}  // namespace ccp::translate
