#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace ccp::translate {

/// Splits content that begins with `<think>…</think>` (after optional white space), as models behind a server
/// without a reasoning parser send it; `<thought>`, `<reasoning>` (gpt-oss at Bedrock), `<seed:think>` and
/// Mistral's `[THINK]` alike, in any case. The tags may be cut anywhere. A tag later in the text is text.
/// White space right behind the closing tag belongs to the tag and is dropped. A closing tag at the very
/// start ends a thought of nothing.
class ThinkTags {
 public:
  /// Receives the pieces in order, some of them empty. Views live until the call returns.
  class Pieces {
   public:
    virtual void thinking(std::string_view piece) = 0;
    virtual void text(std::string_view piece) = 0;

   protected:
    ~Pieces() = default;
  };

  /// `whole`: nobody sees the answer before its end, so that text is held until `finish`: what stands in
  /// front of a closing tag that has a line of its own, and no opening one, is then thinking. Chat templates
  /// that begin the thought in the prompt make such answers.
  explicit ThinkTags(bool whole = false) : whole_(whole) {}

  void feed(std::string_view content, Pieces& pieces);

  /// The end of the content: hands out what was held back as a possible part of a tag.
  void finish(Pieces& pieces);

  /// Reasoning comes in a field of its own: an opening tag that has begun was none, and no closing one will
  /// come. White space alone still waits.
  void interrupt(Pieces& pieces);

 private:
  /// White space and a possible tag so far; both are text again if it turns out to be none.
  struct Start {
    std::string space;
    std::string tag;
  };
  struct Inside {
    std::string_view closing;
    std::string held;  ///< what was seen of it
  };
  struct BehindTag {};
  struct Text {};

  std::string_view start(Start& state, std::string_view content, Pieces& pieces);
  std::string_view inside(Inside& state, std::string_view content, Pieces& pieces);
  std::string_view behind_tag(std::string_view content);
  void text(std::string_view content, Pieces& pieces);

  bool whole_;
  std::string kept_;  ///< text of an answer that nobody sees before its end
  std::variant<Start, Inside, BehindTag, Text> state_{std::in_place_type<Start>};
};

}  // namespace ccp::translate
