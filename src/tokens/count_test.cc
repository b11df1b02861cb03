#include "tokens/count.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tokens/pieces.h"
#include "tokens/ranks.h"

namespace ccp::tokens {
namespace {

std::vector<std::uint32_t> encoded(std::string_view text) {
  std::vector<std::uint32_t> ranks;
  encode(
      text,
      [](std::uint32_t rank, void* out) { static_cast<std::vector<std::uint32_t>*>(out)->push_back(rank); },
      &ranks);
  EXPECT_EQ(std::ssize(ranks), count(text)) << text;
  return ranks;
}

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const auto size = next_piece(text);
    if (size == 0 || size > text.size()) {
      ADD_FAILURE() << "a piece of " << size << " bytes";
      break;
    }
    found.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return found;
}

using Pieces = std::vector<std::string>;

// Ranks as OpenAI's tiktoken gives them.
TEST(Tokens, AsTiktokenHasThem) {
  EXPECT_EQ(encoded(""), (std::vector<std::uint32_t>{}));
  EXPECT_EQ(encoded("Hello world, it's 12345 ÄÖÜ  \n\n 你好 👍🏽 fooBarBAZ"),
            (std::vector<std::uint32_t>{13225, 2375, 11,     4275,   220,   7633, 2548,  22424, 9146, 8858,
                                        11691, 220,  177519, 160433, 52622, 121,  30551, 4622,  7431, 57}));
}

TEST(Tokens, TheDataIsWhole) {
  EXPECT_EQ(Ranks::get().size(), 199998U);
  EXPECT_EQ(Ranks::get().token(0), "!");
  EXPECT_EQ(Ranks::get().find("!"), 0U);
  EXPECT_EQ(Ranks::get().find(" the"), 290U);
  EXPECT_EQ(Ranks::get().find("no such token at all"), Ranks::none);
}

TEST(Tokens, Pieces) {
  EXPECT_EQ(pieces("Hello World"), (Pieces{"Hello", " World"}));
  EXPECT_EQ(pieces("fooBarBAZqux"), (Pieces{"foo", "Bar", "BAZqux"}));
  EXPECT_EQ(pieces("HTTPServer"), (Pieces{"HTTPServer"}));
  EXPECT_EQ(pieces("ABC def"), (Pieces{"ABC", " def"}));
  EXPECT_EQ(pieces("it's WE'LL I'd'x"), (Pieces{"it's", " WE'LL", " I'd", "'x"}));
  EXPECT_EQ(pieces("1234567"), (Pieces{"123", "456", "7"}));
  EXPECT_EQ(pieces("a  b\t\tc"), (Pieces{"a", " ", " b", "\t", "\tc"}));
  EXPECT_EQ(pieces("a \n \n  b"), (Pieces{"a", " \n \n", " ", " b"}));
  EXPECT_EQ(pieces("end  "), (Pieces{"end", "  "}));
  EXPECT_EQ(pieces("://\n\nx"), (Pieces{"://\n\n", "x"}));
  EXPECT_EQ(pieces("e\u0301A\u0301b"), (Pieces{"e\u0301", "A\u0301b"}));
  EXPECT_EQ(pieces("\u4e2d\u6587A"), (Pieces{"\u4e2d\u6587", "A"}));
}

TEST(Tokens, BytesThatAreNoTextEndToo) {
  EXPECT_EQ(pieces("\xff\xfe"), (Pieces{"\xff\xfe"}));
  EXPECT_EQ(pieces("a\xe4"), (Pieces{"a", "\xe4"}));
  EXPECT_GT(count(std::string("\xf5\x80\x80\x80\0x", 6)), 0);
}

// What is remembered of a piece is its own: neither that of one with the same beginning, nor of another
// length.
TEST(Tokens, PiecesOfEveryLengthSeenAgain) {
  std::string text;
  for (int round = 0; round < 3; ++round) {
    for (const char letter : {'q', 'z', 'e'}) {
      for (std::size_t size = 1; size <= 20; ++size) {
        text += " w" + std::string(size - 1, 'x') + letter + " " + std::string(size, letter);
        text += std::string(size % 3 + 1, '\n');
      }
    }
  }
  EXPECT_GT(encoded(text).size(), 500U);
  for (std::size_t cut = 0; cut < 40; ++cut)
    EXPECT_FALSE(encoded(text.substr(text.size() - cut - 1)).empty());
}

// A run of one character is one piece: both ways to merge it must agree, and the long one must end soon.
TEST(Tokens, LongPieces) {
  EXPECT_EQ(count(std::string(95, 'a')), 13);
  EXPECT_EQ(count(std::string(96, 'a')), 12);
  EXPECT_EQ(count(std::string(97, 'a')), 13);
  EXPECT_EQ(count(std::string(200, 'a')), 25);
  EXPECT_EQ(count(std::string(1 << 16, 'a')), (1 << 16) / 8);
}

}  // namespace
}  // namespace ccp::tokens
