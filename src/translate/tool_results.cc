#include "translate/tool_results.h"

#include <string_view>
#include <unordered_map>

namespace ccp::translate {

namespace {

using anthropic::Role;

class Pairer {
 public:
  explicit Pairer(ToolPairing& pairing) : pairing_(pairing) {}

  /// A run of assistant messages is one turn.
  void next_message(Role role) {
    if (role == Role::assistant && last_role_ != Role::assistant) ++turn_;
    last_role_ = role;
  }

  void call(std::string_view id) {
    auto& open = open_[id];
    if (open.turn != turn_) open = {.turn = turn_};
    open.calls.push_back(pairing_.answers.size());
    pairing_.answers.emplace_back();
  }

  void result(const ToolResultAt& result) {
    const auto found = open_.find(result.block->tool_use_id);
    const bool answers = found != open_.end() && found->second.next < found->second.calls.size();
    pairing_.used.push_back(answers);
    if (answers) pairing_.answers[found->second.calls[found->second.next++]] = result;
  }

 private:
  /// The calls of one id in its latest turn; those before `next` have their results.
  struct Open {
    std::size_t turn = 0;
    std::vector<std::size_t> calls;
    std::size_t next = 0;
  };

  ToolPairing& pairing_;
  std::unordered_map<std::string_view, Open> open_;
  std::size_t turn_ = 0;
  Role last_role_ = Role::user;
};

}  // namespace

ToolPairing pair_tool_results(const std::vector<anthropic::Message>& messages) {
  ToolPairing pairing;
  Pairer pairer(pairing);
  for (std::size_t m = 0; m < messages.size(); ++m) {
    if (messages[m].role == Role::system) continue;
    pairer.next_message(messages[m].role);
    for (std::size_t b = 0; b < messages[m].content.size(); ++b) {
      const auto& value = messages[m].content[b].value;
      if (const auto* result = std::get_if<anthropic::ToolResultBlock>(&value)) pairer.result({result, m, b});
      const auto* call = std::get_if<anthropic::ToolUseBlock>(&value);
      if (call != nullptr && messages[m].role == Role::assistant) pairer.call(call->id);
    }
  }
  return pairing;
}

}  // namespace ccp::translate
