#include "translate/refused_media.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/ascii.h"

namespace ccp::translate {
namespace {

/// The words on which Claude Code 2.1.332 drops pictures and PDFs.
constexpr std::string_view image_words[] = {
    "could not process image", "image exceeds",
    "image dimensions exceed", "image does not match the provided media type",
    "image cannot be empty",   "exceeds api limit",
    "unable to resize image",  "image file is empty"};
constexpr std::string_view pdf_words[] = {"could not process pdf", "pdf pages",
                                          "the pdf specified was not valid",
                                          "the pdf specified is password protected", "pdf cannot be empty"};

bool one_of(const auto& list, std::string_view message) {
  return std::ranges::any_of(list, [&](auto words) { return lower(message).contains(words); });
}

TEST(RefusedMedia, PicturesInAnyProvidersWords) {
  for (const std::string_view words :
       {"You uploaded an unsupported image. Please make sure your image is valid.",
        "The image data you provided does not represent a valid image.", "Invalid base64 image_url.",
        "cannot identify image file <_io.BytesIO object at 0x7f00>",
        "Unable to process input image. Please retry or report",
        "Failed to load image: unexpected end of file", "image_url: failed to decode",
        "The image length and width do not meet the model restrictions.",
        "messages.1.content.0.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes",
        "Image dimensions exceed the maximum of 8000 pixels",
        "At most 1 image(s) may be provided in one request.",
        "Image does not match the provided media type image/png", "unsupported image format: image/x-icon",
        "图片解析失败", "The picture is too large", "Error while downloading: could not load the image"}) {
    const auto told = refused_media(words, "");
    ASSERT_TRUE(told) << words;
    EXPECT_TRUE(one_of(image_words, *told)) << *told;
    EXPECT_FALSE(told->contains("messages.1")) << *told;
  }
  EXPECT_TRUE(one_of(image_words, refused_media("bad request", "invalid_image_format").value_or("")));
}

TEST(RefusedMedia, PdfsInAnyProvidersWords) {
  for (const std::string_view words :
       {"The PDF could not be parsed: invalid xref", "Failed to process PDF file",
        "The document has no pages.", "The PDF is encrypted", "PDF has too many pages: 200",
        "Invalid file_data: not a valid PDF"}) {
    const auto told = refused_media(words, "");
    ASSERT_TRUE(told) << words;
    EXPECT_TRUE(one_of(pdf_words, *told)) << *told;
  }
}

TEST(RefusedMedia, NothingElse) {
  for (const std::string_view words :
       {"This model does not support image input.", "No endpoints found that support image input",
        "Invalid value for 'temperature'", "maximum context length is 8192 tokens", "field required",
        "At most 0 image(s) may be provided", "is not a multimodal model",
        "image_generation is not a known tool"}) {
    EXPECT_EQ(refused_media(words, "invalid_request_error"), std::nullopt) << words;
  }
}

}  // namespace
}  // namespace ccp::translate
