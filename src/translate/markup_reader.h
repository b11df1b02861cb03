#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translate/markup_calls.h"
#include "translate/markup_tags.h"

namespace ccp::translate {

/// Reads calls from one text, front to back. Each step says whether it came through, and why not otherwise.
class MarkupReader {
 public:
  MarkupReader(std::string_view text, const MarkupTools& tools, bool at_end)
      : rest_(text), tools_(tools), at_end_(at_end) {}

  MarkupVerdict read();
  [[nodiscard]] std::vector<MarkupCall>& calls() { return calls_; }

 private:
  enum class Step : std::uint8_t { done, incomplete, broken };

  Step item();
  Step tag();
  Step named_call(std::string_view name, std::string_view closing);
  Step parameters(const MarkupTool& tool, std::string_view closing);
  Step parameter(const MarkupTag& opening, std::vector<MarkupParameter>& parameters);
  Step glm_call();
  Step glm_pairs(const MarkupTool& tool);
  Step piped_call();
  Step piped_arguments(std::string_view header);
  Step mistral_call();
  Step json_calls();
  Step json_call(std::string_view json);
  Step arguments(const MarkupTool& tool);

  /// The JSON value that `rest_` begins with, taken off.
  Step take_json(std::string_view& json);
  /// The text before the first `</NAME>` behind which an element may end, taken off with it.
  Step take_value(std::string_view closing_tag, std::string_view& value);
  /// A tag that must come; the end of the text will do at the end.
  Step expect(std::string_view name);
  /// What is before one of the marks, taken off; the mark stays.
  Step take_until(std::string_view marks, std::string_view& taken);
  [[nodiscard]] bool element_may_end(std::string_view rest) const;
  Step add(const MarkupTool& tool, std::string arguments_json);
  void skip_space();

  std::string_view rest_;
  const MarkupTools& tools_;
  bool at_end_;
  bool in_tool_call_ = false;  ///< right behind `<tool_call>`, where GLM has a bare name
  int wrappers_ = 0;
  std::vector<MarkupCall> calls_;
};

}  // namespace ccp::translate
