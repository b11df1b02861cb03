#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace ccp::translate {

/// Splits content that begins with `<think>…</think>` (after optional white space), as models behind a server
/// without a reasoning parser send it. The tags may be cut anywhere. A tag later in the text is text. White
/// space right behind the closing tag belongs to the tag and is dropped.
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

  void feed(std::string_view content, Pieces& pieces);

  /// The end of the content: hands out what was held back as a possible part of a tag.
  void finish(Pieces& pieces);

  /// Reasoning comes in a field of its own: an opening tag that has begun was none. White space alone still
  /// waits.
  void interrupt(Pieces& pieces);

 private:
  /// White space and a possible opening tag so far; both are text again if it turns out to be none.
  struct Start {
    std::string space;
    std::size_t matched;
  };
  struct Inside {
    std::size_t matched;  ///< bytes of the closing tag seen
  };
  struct BehindTag {};
  struct Text {};

  std::string_view start(Start& state, std::string_view content, Pieces& pieces);
  std::string_view inside(Inside& state, std::string_view content, Pieces& pieces);
  std::string_view behind_tag(std::string_view content);

  std::variant<Start, Inside, BehindTag, Text> state_{std::in_place_type<Start>};
};

}  // namespace ccp::translate
