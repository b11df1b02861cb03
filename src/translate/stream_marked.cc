#include <algorithm>
#include <utility>

#include "translate/stream_machine.h"

namespace ccp::translate {

namespace {

/// Bytes that a call costs of the budget beside its own.
constexpr std::size_t marked_overhead = 1024;

std::string without_space(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return out;
}

}  // namespace

void Stream::Machine::marked(MarkupCall call) {
  if (ended()) return;
  const auto size = call.name.size() + call.arguments_json.size() + marked_overhead;
  if (auto result = budget_.take(size); !result) return fail(result.error());
  start();
  marked_.push_back(std::move(call));
}

bool Stream::Machine::came_as_call(const MarkupCall& marked) const {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (calls_[i].name == marked.name &&
        without_space(calls_[i].arguments) == without_space(marked.arguments_json))
      return true;
  }
  return false;
}

/// The text has come to its end: what was called in it follows.
void Stream::Machine::call_marked() {
  std::vector<MarkupCall> calls;
  for (auto& call : std::exchange(marked_, {})) {
    if (!came_as_call(call)) calls.push_back(std::move(call));
  }
  constexpr std::size_t no_position_of_the_provider = std::size_t{1} << 32;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    openai::ToolCallDelta delta;
    delta.name = calls[i].name;
    delta.arguments = calls[i].arguments_json;
    tool_call(delta, no_position_of_the_provider + i);
  }
}

}  // namespace ccp::translate
