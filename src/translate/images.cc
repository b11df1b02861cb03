#include "translate/images.h"

#include <fmt/format.h>

#include <array>

#include "translate/base64.h"
#include "translate/image_size.h"

namespace ccp::translate {

namespace {

/// A picture that nobody can read must not end the conversation that it stands in: every later request has it
/// again.
void append_broken(std::string_view reason, const BlockContext& context, Parts& parts) {
  context.warnings.add(fmt::format("an image became a placeholder: {}", reason));
  parts.text(fmt::format("[image: it cannot be shown here, because {}]", reason));
}

void append_base64(std::string_view data, const BlockContext& context, Parts& parts) {
  auto url = image_data_url(data);
  if (!url) return append_broken(url.error(), context, parts);
  parts.add(openai::ImagePart{*std::move(url)});
}

constexpr std::string_view unseen =
    "[image: this model cannot see images. Say so if the image matters; do not guess what it shows.]";

void append_url(std::string_view url, const BlockContext& context, Parts& parts) {
  if (url.starts_with("data:")) return append_base64(url, context, parts);
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return append_broken("its address is no http(s) or data URL", context, parts);
  if (context.profile.image_urls) return parts.add(openai::ImagePart{url});
  context.warnings.add("an image by URL became a placeholder: the provider takes only embedded ones");
  parts.text("[image at " + std::string(url) + ": it cannot be shown here]");
}

}  // namespace

std::expected<std::string, std::string_view> image_data_url(std::string_view data) {
  const auto payload = base64::payload(data);
  if (payload.empty()) return std::unexpected("the image is empty");
  std::array<std::uint8_t, 12> head;
  const auto size = base64::decode_prefix(payload, head);
  const auto media_type = image_media_type(std::span(head).first(size));
  std::string url;
  url.reserve(payload.size() + 32);
  url.append("data:").append(media_type).append(";base64,");
  if (!base64::append_canonical(payload, url)) return std::unexpected("the image is not valid base64");
  if (media_type.empty()) return std::unexpected("the data is no PNG, JPEG, GIF or WebP image");
  return url;
}

void append_image(const anthropic::ImageBlock& image, const BlockContext& context, Parts& parts) {
  if (!context.profile.images) {
    context.warnings.add("an image became a placeholder: the model takes none");
    parts.text(unseen);
    return;
  }
  if (const auto* base64 = std::get_if<anthropic::Base64Source>(&image.source)) {
    return append_base64(base64->data, context, parts);
  }
  if (const auto* url = std::get_if<anthropic::UrlSource>(&image.source)) {
    return append_url(url->url, context, parts);
  }
  if (const auto* file = std::get_if<anthropic::FileSource>(&image.source)) {
    context.warnings.add("an image of Anthropic's Files API became a placeholder");
    parts.text("[image: the file " + std::string(file->file_id) +
               " is stored at Anthropic and cannot be shown here]");
    return;
  }
  const auto type = std::string(std::get<anthropic::UnknownSource>(image.source).type);
  context.warnings.add("an image with the unknown source type " + type + " became a placeholder");
  parts.text("[image: its source of type " + type + " cannot be shown here]");
}

}  // namespace ccp::translate
