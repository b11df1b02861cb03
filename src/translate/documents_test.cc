#include "translate/documents.h"

#include <gtest/gtest.h>

#include "translate/translated_json.h"

namespace ccp::translate {
namespace {

std::string sent(std::string_view source, std::string_view fields = "", const Profile& profile = {}) {
  return sent_content(R"({"type":"document","source":)" + std::string(source) + std::string(fields) + "}",
                      profile);
}

constexpr std::string_view pdf = R"({"type":"base64","media_type":"application/pdf","data":"JVBERi0xLjQK"})";

TEST(Documents, TextBecomesTextUnderItsTitle) {
  constexpr std::string_view text = R"({"type":"text","media_type":"text/plain","data":"Grass is green."})";
  EXPECT_EQ(sent(text), R"("Grass is green.")");
  EXPECT_EQ(sent(text, R"(,"title":"Facts","context":"A test.")"),
            R"("[document \"Facts\"]\nA test.\n\nGrass is green.")");
}

TEST(Documents, ContentBecomesItsBlocks) {
  EXPECT_EQ(sent(R"({"type":"content","content":[{"type":"text","text":"a"},{"type":"image","source":)"
                 R"({"type":"url","url":"https://x"}}]})"),
            R"([{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://x"}}])");
  EXPECT_EQ(sent(R"({"type":"content","content":"a"})", R"(,"title":"Facts")"),
            R"("[document \"Facts\"]\n\na")");
  EXPECT_EQ(sent(R"({"type":"content","content":[{"type":"image","source":{"type":"base64","data":"%"}}]})"),
            "\"[image: it cannot be shown here, because the image is not valid base64]\"");
}

TEST(Documents, APdfIsAFileWhereTheProviderTakesOne) {
  const Profile files{.files = true};
  EXPECT_EQ(
      sent(pdf, "", files),
      R"([{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}}])");
  EXPECT_EQ(
      sent(pdf, R"(,"title":"Report")", files),
      R"([{"type":"text","text":"[document \"Report\"]"},{"type":"file","file":{"filename":"Report.pdf",)"
      R"("file_data":"data:application/pdf;base64,JVBERi0xLjQK"}}])");
}

TEST(Documents, APdfIsAClearPlaceholderElsewhere) {
  const auto text = sent(pdf, R"(,"title":"Report")");
  for (const std::string_view part : {"Report", "application/pdf", "1 KB", "cannot be seen"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  EXPECT_EQ(text.find("JVBER"), std::string::npos);
  EXPECT_NE(sent(pdf, R"(,"context":"Page 3 matters.")").find("Page 3 matters."), std::string::npos);
}

/// Knows the text of one PDF, and that another has none.
class Texts final : public DocumentTexts {
 public:
  [[nodiscard]] std::optional<std::string> text(std::string_view payload) const override {
    if (payload == "d29yZHM=") return "words";
    return payload == "c2Nhbg==" ? std::optional<std::string>("") : std::nullopt;
  }
};

struct Sent {
  std::string json;
  std::vector<std::string> unread, warnings;
};

Sent sent_with_texts(std::string_view data, std::string_view media_type = "application/pdf",
                     const Profile& profile = {}) {
  std::string body =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"document","title":"T",)"
      R"("context":"C","source":{"type":"base64","media_type":")" +
      std::string(media_type) + R"(","data":")" + std::string(data) + R"("}}]}]})";
  json::Reader reader;
  const auto parsed = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  const Texts texts;
  const auto translated = request(*parsed, "up", profile, {}, {.documents = &texts});
  Sent sent{.unread = {translated->unread.begin(), translated->unread.end()},
            .warnings = translated->warnings};
  openai::write(translated->chat, sent.json);
  return sent;
}

TEST(Documents, APdfIsItsTextWhereThatIsKnown) {
  const auto known = sent_with_texts("data:application/pdf;base64,d29yZHM=");
  EXPECT_TRUE(known.json.contains(
      R"("content":"[document \"T\": the text of a PDF, without its pictures]\n\nC\n\nwords")"))
      << known.json;
  EXPECT_TRUE(known.unread.empty());
  const auto scan = sent_with_texts("c2Nhbg==");
  EXPECT_TRUE(scan.json.contains("cannot be seen")) << scan.json;
  EXPECT_TRUE(scan.unread.empty());
}

TEST(Documents, APdfThatNobodyHasReadIsNamed) {
  const auto unread = sent_with_texts("bmV3");
  EXPECT_TRUE(unread.json.contains("cannot be seen")) << unread.json;
  EXPECT_EQ(unread.unread, std::vector<std::string>{"bmV3"});
  EXPECT_TRUE(sent_with_texts("bmV3", "application/zip").unread.empty()) << "only PDFs are read";
  EXPECT_TRUE(sent_with_texts("bmV3", "application/pdf", {.files = true}).unread.empty());
}

TEST(Documents, TheWarningSaysWhyAPdfIsAPlaceholder) {
  const auto scan = sent_with_texts("c2Nhbg==").warnings;
  ASSERT_EQ(scan.size(), 1U);
  EXPECT_TRUE(scan[0].contains("no text can be extracted")) << scan[0];
  const auto untold = translated(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[)"
                                 R"({"type":"document","source":)" +
                                 std::string(pdf) + "}]}]}")
                          .warnings;
  ASSERT_EQ(untold.size(), 1U);
  EXPECT_TRUE(untold[0].contains("no pdftotext")) << untold[0];
}

TEST(Documents, BrokenBase64IsRefused) {
  for (const bool files : {false, true}) {
    EXPECT_EQ(sent(R"({"type":"base64","media_type":"application/pdf","data":"%%%"})", "", {.files = files}),
              "messages.0.content.0.source.data: the document is not valid base64");
  }
}

TEST(Documents, OtherSources) {
  EXPECT_EQ(sent(R"({"type":"url","url":"https://x/a.pdf"})"), R"("[document at https://x/a.pdf]")");
  EXPECT_EQ(sent(R"({"type":"url","url":"https://x/a.pdf"})", R"(,"context":"Page 3 matters.")"),
            R"("[document at https://x/a.pdf]\n\nPage 3 matters.")");
  EXPECT_EQ(sent(R"({"type":"file","file_id":"f1"})"),
            R"("[document: the file f1 is stored at Anthropic and cannot be read here]")");
  EXPECT_EQ(sent(R"({"type":"hologram"})"),
            R"("[document: its source of type hologram cannot be read here]")");
}

TEST(Documents, APdfInAToolResultWaitsForTheUserMessage) {
  const std::string messages =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"1","name":"T"}]},{"role":"user","content":[)"
      R"({"type":"tool_result","tool_use_id":"1","content":[{"type":"document","source":)" +
      std::string(pdf) + "}]}]}";
  const auto with_files = sent_messages(messages, {.files = true});
  EXPECT_NE(with_files.find(
                R"("content":"[file: see the next user message]"},{"role":"user","content":[{"type":"file")"),
            std::string::npos)
      << with_files;
  const auto without = sent_messages(messages);
  EXPECT_NE(without.find(R"({"role":"tool","tool_call_id":"1","content":"[document: application/pdf)"),
            std::string::npos)
      << without;
  EXPECT_EQ(without.find(R"("role":"user")"), std::string::npos) << without;
}

}  // namespace
}  // namespace ccp::translate
