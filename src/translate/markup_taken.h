#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "translate/tool_markup.h"

/// For tests: what is taken out of a text by a request with the tools Bash and List.
namespace ccp::translate {

struct MarkupTaken final : ToolMarkup::Pieces {
  void plain(std::string_view piece) override { said += piece; }
  void marked(MarkupCall call) override { calls += call.name + call.arguments_json + ";"; }
  std::string said, calls;
};

inline std::shared_ptr<const MarkupTools> bash_and_list(bool bare_json = false) {
  auto tools = std::make_shared<MarkupTools>();
  tools->bare_json = bare_json;
  tools->tools = {
      {"Bash", R"({"type":"object","properties":{"command":{"type":"string"},"timeout":{"type":"number"},)"
               R"("background":{"type":"boolean"},"env":{"anyOf":[{"type":"object"},{"type":"null"}]},)"
               R"("level":{"enum":["1","2"]},"free":{}},"required":["command"]})"},
      {"List", R"({"type":"object","properties":{"path":{"type":["string","null"]}}})"}};
  return tools;
}

/// `step`: bytes at a time. `cut`: the answer was cut off.
inline MarkupTaken take(std::string_view text, std::size_t step, bool bare_json = false, bool cut = false) {
  MarkupTaken taken;
  ToolMarkup markup(bash_and_list(bare_json));
  for (std::size_t at = 0; at < text.size(); at += step) markup.feed(text.substr(at, step), taken);
  markup.finish(cut, taken);
  return taken;
}

}  // namespace ccp::translate
