#include "translate/images.h"

#include <gtest/gtest.h>

#include "translate/base64.h"
#include "translate/image_size.h"
#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

constexpr std::string_view png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";  // the head of a 1×1 picture

std::string url_of(std::string_view data) {
  const auto url = image_data_url(data);
  return url ? *url : std::string(url.error());
}

TEST(Images, LosslessRepairsOfBase64) {
  const std::string good = "data:image/png;base64," + std::string(png);
  const std::string_view bytes = png;
  const std::string split = std::string(bytes.substr(0, 10)) + "\r\n  " + std::string(bytes.substr(10));
  for (const std::string& data : {std::string(png), good, "DATA:image/jpeg;base64," + std::string(png),
                                  "  " + good + "\n", split, good + "\n="}) {
    EXPECT_EQ(url_of(data), good) << data;
  }
}

TEST(Images, TheMediaTypeComesFromTheBytes) {
  EXPECT_EQ(url_of("/9j/4AAQSkZJRg=="), "data:image/jpeg;base64,/9j/4AAQSkZJRg==");
  EXPECT_EQ(url_of("_9j_4AAQSkZJRg"), "data:image/jpeg;base64,/9j/4AAQSkZJRg==");
  EXPECT_EQ(url_of("R0lGODlhAQABAAAAACw="), "data:image/gif;base64,R0lGODlhAQABAAAAACw=");
  EXPECT_EQ(url_of("UklGRiQAAABXRUJQVlA4"), "data:image/webp;base64,UklGRiQAAABXRUJQVlA4");
}

TEST(Images, WhatIsNoImageIsRefused) {
  EXPECT_EQ(url_of(""), "the image is empty");
  EXPECT_EQ(url_of("data:image/png;base64,"), "the image is empty");
  EXPECT_EQ(url_of("%%%"), "the image is not valid base64");
  EXPECT_EQ(url_of(std::string(png) + "%QUFB"), "the image is not valid base64");
  EXPECT_EQ(url_of(std::string(png) + "A"), "the image is not valid base64");
  EXPECT_EQ(url_of("iVBORw0KGg==AAAA"), "the image is not valid base64");
  using namespace std::string_literals;
  for (const auto& bytes : {"hello world"s, "RIFF\0\0\0\0WAVEfmt "s, "FORM\0\0\0\0WEBPVP8 "s}) {
    EXPECT_EQ(url_of(base64::encoded(bytes)), "the data is no PNG, JPEG, GIF or WebP image") << bytes;
  }
}

TEST(Images, Sources) {
  const auto sent = [](std::string_view source) {
    return sent_content(R"({"type":"image","source":)" + std::string(source) + "}");
  };
  EXPECT_EQ(sent(R"({"type":"url","url":"https://x/a.png"})"),
            R"([{"type":"image_url","image_url":{"url":"https://x/a.png"}}])");
  EXPECT_EQ(sent(R"({"type":"url","url":"data:image/gif;base64,iVBORw0KGgo"})"),
            R"([{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}])");
  EXPECT_EQ(sent(R"({"type":"url","url":"file:///etc/passwd"})"),
            "\"[image: it cannot be shown here, because its address is no http(s) or data URL]\"");
  EXPECT_EQ(sent(R"({"type":"file","file_id":"f1"})"),
            R"("[image: the file f1 is stored at Anthropic and cannot be shown here]")");
  EXPECT_EQ(sent(R"({"type":"hologram"})"), R"("[image: its source of type hologram cannot be shown here]")");
  EXPECT_EQ(sent(R"({"type":"base64","media_type":"image/png","data":"aGVsbG8="})"),
            "\"[image: it cannot be shown here, because the data is no PNG, JPEG, GIF or WebP image]\"");
}

TEST(Base64, UnusedBitsBecomeZero) {
  std::string out;
  EXPECT_TRUE(base64::append_canonical("QUJ", out));  // "AB" with a stray bit
  EXPECT_EQ(out, "QUI=");
  out.clear();
  EXPECT_TRUE(base64::append_canonical("Qf", out));
  EXPECT_EQ(out, "QQ==");
}

TEST(Base64, WhatSurroundsThePayloadGoes) {
  for (const std::string_view data : {"QUJD", " \tQUJD\r\n", "data:a/b;base64,QUJD", " DATA:,QUJD "}) {
    EXPECT_EQ(base64::payload(data), "QUJD") << data;
  }
  for (const std::string_view data : {"", "data", "data:", "dato:,QUJD", "data;,QUJD"}) {
    EXPECT_EQ(base64::payload(data), data);
  }
  EXPECT_EQ(base64::payload(" \n"), "");
}

TEST(Base64, DecodesAPrefix) {
  std::array<std::uint8_t, 4> bytes{};
  EXPECT_EQ(base64::decode_prefix("/-9_ AAAAAAA", bytes), 4U);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{0xFF, 0xEF, 0x7F, 0x00}));
  EXPECT_EQ(base64::decode_prefix("QUI=", bytes), 2U);
  EXPECT_EQ(base64::decode_prefix("QU%I", bytes), 1U);
}

TEST(ImageSize, IsReadFromTheHeader) {
  using namespace std::string_literals;
  struct Sized {
    std::string_view name;
    std::string bytes;
    std::uint32_t width, height;
  };
  const Sized cases[] = {
      {"png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x03\0\0\0"s, 1024, 768},
      {"gif", "GIF89a\x40\x01\xF0\0\0\0"s, 320, 240},
      {"gif, cut behind its size", "GIF87a\x40\x01\xF0\0"s, 320, 240},
      {"webp lossy", "RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x80\x02\xE0\x01"s, 640, 480},
      {"webp lossless", "RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x7f\xC2\x77\0\0\0\0\0\0"s, 640, 480},
      {"webp extended", "RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"s, 640, 480},
      {"jpeg", "\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x11\x08\x01\xE0\x02\x80\x03\0\0\0"s, 640, 480},
      {"jpeg of the last kind", "\xff\xd8\xff\xcf\0\x11\x08\x01\xE0\x02\x80\x03\0\0\0"s, 640, 480},
      {"jpeg with fill bytes",
       "\xff\xd8\xff\xff\xff\xe0\0\x04\0\0\xff\xff\xc2\0\x11\x08\x01\xE0\x02\x80\x03\0\0\0"s, 640, 480},
      {"jpeg, cut behind its size", "\xff\xd8\xff\xe0\0\x02\xff\xc0\0\x11\x08\x01\xE0\x02\x80"s, 640, 480},
  };
  for (const auto& test : cases) {
    const auto size = image_size(base64::encoded(test.bytes));
    ASSERT_TRUE(size) << test.name;
    EXPECT_EQ(size->width, test.width) << test.name;
    EXPECT_EQ(size->height, test.height) << test.name;
    for (std::size_t cut = 0; cut < test.bytes.size(); ++cut) {
      const auto less = image_size(base64::encoded(test.bytes.substr(0, cut))).value_or(*size);
      EXPECT_EQ(less.width, test.width) << test.name << " cut at " << cut;
      EXPECT_EQ(less.height, test.height) << test.name << " cut at " << cut;
    }
  }
  EXPECT_FALSE(image_size("aGVsbG8gd29ybGQ="));
  EXPECT_FALSE(image_size("/9j/4AAQSkZJRg=="));
}

}  // namespace
}  // namespace ccp::translate
