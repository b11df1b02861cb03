#pragma once

#include <cstddef>
#include <string_view>

namespace ccp::translate {

/// Follows Markdown as it comes, to know what stands in a code fence or between backticks. An inline code
/// span ends with its line.
class MarkdownCode {
 public:
  void feed(std::string_view text);
  /// What comes next is code.
  [[nodiscard]] bool inside() const { return fence_ > 0 || run_ > 0 || in_span_; }
  /// Nothing but white space stands on the line so far.
  [[nodiscard]] bool line_is_blank() const { return at_start_ && run_ == 0; }

 private:
  void character(char c);
  void end_line();

  bool at_start_ = true;  ///< of a line: white space and marks of one kind so far
  char mark_ = 0;
  std::size_t run_ = 0;  ///< marks at the start of the line
  char fence_mark_ = 0;
  std::size_t fence_ = 0;  ///< length of the open fence; 0: none is open
  bool in_span_ = false;
  bool after_tick_ = false;
};

}  // namespace ccp::translate
