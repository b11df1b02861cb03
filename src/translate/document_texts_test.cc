#include "translate/document_texts.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

TEST(DocumentText, OnePageHasNoNumber) {
  EXPECT_EQ(document_text("\n Hello\nthere \n\n\f", 100), "Hello\nthere");
  EXPECT_EQ(document_text("Hello", 100), "Hello");
}

TEST(DocumentText, PagesHaveNumbers) {
  EXPECT_EQ(document_text("one\n\f\n\n\fthree\n\f", 100), "[page 1]\none\n\n[page 3]\nthree");
}

TEST(DocumentText, AScanHasNone) {
  EXPECT_EQ(document_text("", 100), "");
  EXPECT_EQ(document_text(" \n\f\r\n\f\t\f", 100), "");
}

TEST(DocumentText, IsCutAtACharacterAndSaysSo) {
  EXPECT_EQ(document_text("abcdef\f", 6), "abcdef");
  EXPECT_EQ(document_text("abcdefg\f", 6), "abcdef\n[cut here: the text has 7 bytes]");
  EXPECT_EQ(document_text("abcde\u00e9\f", 6), "abcde\n[cut here: the text has 7 bytes]");
}

}  // namespace
}  // namespace ccp::translate
