#include "translate/refused_media.h"

#include <algorithm>
#include <initializer_list>

#include "base/ascii.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

/// Words that only a broken picture brings about.
bool is_broken_image(std::string_view words, std::string_view code) {
  if (contains_any(code, {"invalid_image", "invalid_base64_image", "image_parse_error", "unsupported_image",
                          "image_too_large", "image_too_small", "image_file_too_large", "empty_image_file",
                          "failed_to_download_image", "image_content_policy"}))
    return true;
  return contains_any(
      words, {"could not process image", "cannot identify image file", "valid image", "invalid image",
              "unsupported image", "unable to process input image", "image file is truncated",
              "broken data stream when reading image", "does not match the provided media type",
              "image cannot be empty", "image file is empty", "bad image", "corrupt image", "corrupted image",
              "无效的图片", "图片解析", "图片格式", "图片输入格式"});
}

/// A picture, and what is wrong with it, in the same sentence.
bool is_image_trouble(std::string_view words) {
  if (!contains_any(words, {"image", "picture", "图片", "图像"})) return false;
  return contains_any(words, {"decode",
                              "could not process",
                              "failed to process",
                              "failed to load",
                              "failed to open",
                              "failed to read",
                              "failed to parse",
                              "failed to download",
                              "failed to fetch",
                              "could not be loaded",
                              "cannot be loaded",
                              "cannot load",
                              "could not load",
                              "unable to load",
                              "unable to download",
                              "exceeds",
                              "exceed the",
                              "exceeded",
                              "too large",
                              "too big",
                              "too small",
                              "too many images",
                              "larger than",
                              "smaller than",
                              "must be at least",
                              "do not meet",
                              "maximum size",
                              "size limit",
                              "invalid base64",
                              "incorrect padding",
                              "media type",
                              "mime type",
                              "mimetype",
                              "truncated",
                              "at most",
                              "超过",
                              "过大",
                              "失败"});
}

/// A model that takes no pictures at all is another matter: that is learned.
bool takes_none(std::string_view words) {
  return contains_any(words, {"not support image", "not support vision", "no endpoints found", "at most 0 ",
                              "does not support multimodal", "is not a multimodal", "image input is not"});
}

std::string_view image_words(std::string_view words) {
  if (contains_any(words, {"dimension", "pixel", "width", "height", "resolution"}))
    return "image dimensions exceed what the provider takes";
  if (contains_any(words, {"exceed", "too large", "too big", "larger than", "maximum size", "size limit",
                           "at most", "too many", "超过", "过大"}))
    return "image exceeds what the provider takes";
  if (contains_any(words, {"media type", "mime type", "mimetype", "media_type"}))
    return "image does not match the provided media type";
  return "Could not process image";
}

bool is_pdf_trouble(std::string_view words) {
  if (!contains_any(words, {"pdf", "document has no pages", "file_data", "document file"})) return false;
  return contains_any(words, {"could not process",
                              "failed to process",
                              "unable to process",
                              "could not parse",
                              "failed to parse",
                              "unable to parse",
                              "could not read",
                              "failed to read",
                              "unable to read",
                              "cannot read",
                              "cannot open",
                              "failed to open",
                              "not a valid",
                              "not valid",
                              "invalid",
                              "corrupt",
                              "password",
                              "encrypted",
                              "no pages",
                              "too many pages",
                              "pages",
                              "empty",
                              "too large",
                              "exceeds",
                              "damaged",
                              "malformed",
                              "失败",
                              "无法"});
}

std::string_view pdf_words(std::string_view words) {
  if (contains_any(words, {"password", "encrypted"})) return "The PDF specified is password protected";
  if (contains_any(words, {"too many pages", "maximum number of pages", "page limit"}))
    return "Could not process PDF: too many PDF pages";
  return "Could not process PDF";
}

/// Positions in our request are not the client's: by `messages[3].content[1].image` it would remove another
/// block than the broken one.
std::string without_positions(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool position =
        text.substr(at).starts_with("messages[") || text.substr(at).starts_with("messages.");
    if (!position) {
      out += text[at++];
      continue;
    }
    at = std::min(text.find_first_of(" '\"`,:;)", at), text.size());
    out += "a message";
  }
  return out;
}

}  // namespace

std::optional<std::string> refused_media(std::string_view message, std::string_view code) {
  const auto words = lower(message);
  std::string_view phrase;
  if (is_pdf_trouble(words)) {
    phrase = pdf_words(words);
  } else if (!takes_none(words) && (is_broken_image(words, code) || is_image_trouble(words))) {
    phrase = image_words(words);
  } else {
    return std::nullopt;
  }
  const auto said = without_positions(mask_identifiers(message));
  const bool already = words.contains(lower(phrase));
  return already ? said : std::string(phrase) + (said.empty() ? "" : ": " + said);
}

}  // namespace ccp::translate
