#include "memory/document_memo.h"

#include <gtest/gtest.h>

namespace ccp::memory {
namespace {

TEST(DocumentMemo, KeepsTheFirstTextOfADocument) {
  DocumentMemo memo;
  EXPECT_EQ(memo.text("JVBERi0="), std::nullopt);
  EXPECT_FALSE(memo.knows(DocumentMemo::key("JVBERi0=")));
  memo.keep(DocumentMemo::key("JVBERi0="), "words");
  memo.keep(DocumentMemo::key("JVBERi0="), "other words");
  EXPECT_EQ(memo.text("JVBERi0="), "words") << "each turn repeats the bytes of the one before";
  EXPECT_TRUE(memo.knows(DocumentMemo::key("JVBERi0=")));
  memo.keep(DocumentMemo::key("scan"), "");
  EXPECT_EQ(memo.text("scan"), "");
}

TEST(DocumentMemo, TheOldestGo) {
  DocumentMemo memo(3000);
  for (const auto* name : {"a", "b", "c"}) memo.keep(DocumentMemo::key(name), std::string(1000, 'x'));
  EXPECT_FALSE(memo.text("a"));
  EXPECT_TRUE(memo.text("b"));
  EXPECT_TRUE(memo.text("c"));
  memo.keep(DocumentMemo::key("too large"), std::string(3000, 'x'));
  EXPECT_FALSE(memo.text("too large"));
  EXPECT_TRUE(memo.text("b"));
}

}  // namespace
}  // namespace ccp::memory
