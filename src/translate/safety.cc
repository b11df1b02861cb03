#include "translate/safety.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "json/writer.h"
#include "translate/safety_rules.h"

namespace ccp::translate {

namespace {

constexpr std::size_t longest_words = std::size_t{16} << 10;       ///< of one message of the user
constexpr std::size_t longest_input = std::size_t{2} << 10;        ///< of an earlier call's arguments
constexpr std::size_t longest_transcript = std::size_t{96} << 10;  ///< altogether
constexpr std::size_t longest_explanation = 600;
constexpr std::int64_t answer_tokens = 512;

/// Tools of Claude Code that only tell, ask, plan or look something up in the conversation.
constexpr std::array<std::string_view, 14> without_effect{
    "AskUserQuestion", "EnterPlanMode", "ExitPlanMode",     "ListAgents", "ReportFindings",
    "TaskCreate",      "TaskGet",       "TaskList",         "TaskOutput", "TaskUpdate",
    "TodoRead",        "TodoWrite",     "StructuredOutput", "ToolSearch"};
constexpr std::array<std::string_view, 5> only_read{"Glob", "Grep", "LS", "NotebookRead", "Read"};
/// Their results are the user's own words.
constexpr std::array<std::string_view, 2> answered_by_user{"AskUserQuestion", "ExitPlanMode"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string said(std::string_view by, std::string_view words) {
  std::string line;
  json::Writer(line).begin_object().field(by, beginning(words, longest_words)).end_object();
  return line;
}

std::string called(std::string_view name, std::string_view input, std::size_t longest) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object().field("call", name).field("input", beginning(input, longest)).end_object();
  return line;
}

class Transcript {
 public:
  void add(const anthropic::Message& message) {
    if (message.role == anthropic::Role::system) return;
    for (const auto& block : message.content) add(block, message.role == anthropic::Role::user);
  }

  /// The user's first words stay: they say what it is all about.
  [[nodiscard]] std::string text() const {
    auto from = lines_.size();
    for (std::size_t bytes = 0; from > 1 && bytes + lines_[from - 1].size() <= longest_transcript; --from)
      bytes += lines_[from - 1].size();
    std::string all;
    if (!lines_.empty()) all += lines_.front() + "\n";
    if (from > 1) all += "{\"left_out\":" + std::to_string(from - 1) + "}\n";
    for (auto at = std::max<std::size_t>(from, 1); at < lines_.size(); ++at) all += lines_[at] + "\n";
    return all;
  }

 private:
  void add(const anthropic::ContentBlock& block, bool by_user) {
    if (const auto* text = std::get_if<anthropic::TextBlock>(&block.value); text != nullptr && by_user)
      lines_.push_back(said("user", text->text));
    if (const auto* call = std::get_if<anthropic::ToolUseBlock>(&block.value)) {
      lines_.push_back(called(call->name, call->input_json, longest_input));
      if (is_one_of(answered_by_user, call->name)) asked_.insert(call->id);
    }
    if (const auto* result = std::get_if<anthropic::ToolResultBlock>(&block.value);
        result != nullptr && asked_.contains(result->tool_use_id))
      for (const auto& part : result->content)
        if (const auto* text = std::get_if<anthropic::TextBlock>(&part.value))
          lines_.push_back(said("user_answered", text->text));
  }

  std::vector<std::string> lines_;
  std::set<std::string_view> asked_;
};

constexpr std::string_view form =
    R"({"type":"json_schema","schema":{"type":"object","properties":{"explanation":{"type":"string"},)"
    R"("outcome":{"type":"string","enum":["flagged","not_flagged"]}},"required":["explanation","outcome"],)"
    R"("additionalProperties":false}})";

std::string material(const SafetyCase& about, std::span<const anthropic::ToolCall> earlier,
                     const anthropic::ToolCall& call) {
  std::string text = "<conversation>\n" + about.transcript;
  for (const auto& before : earlier) text += called(before.name, before.input, longest_input) + "\n";
  text += "</conversation>\n<classifier_context>\n" + about.classifier_context;
  text += "\n</classifier_context>\n<action>\n" + called(call.name, call.input, longest_judged);
  text += "\n</action>\nMay this action run?";
  return text;
}

std::optional<anthropic::Judgement::Type> outcome(std::string_view word) {
  if (word == "flagged") return anthropic::Judgement::Type::flagged;
  if (word == "not_flagged") return anthropic::Judgement::Type::not_flagged;
  return std::nullopt;
}

}  // namespace

SafetyCase safety_case(const anthropic::MessagesRequest& request) {
  Transcript transcript;
  for (const auto& message : request.messages) transcript.add(message);
  SafetyCase about{.classifier_context = std::string(request.classifier_context_json.value_or("{}")),
                   .transcript = transcript.text()};
  about.reads_checked =
      about.classifier_context.contains(R"("block_reads_outside_working_directories")") &&
      !about.classifier_context.contains(R"("block_reads_outside_working_directories":false)");
  return about;
}

bool runs_unasked(const SafetyCase& about, std::string_view tool) {
  return is_one_of(without_effect, tool) || (!about.reads_checked && is_one_of(only_read, tool));
}

std::string safety_question(const SafetyCase& about, std::span<const anthropic::ToolCall> earlier,
                            const anthropic::ToolCall& call) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().field("model", "safety").key("max_tokens").integer(answer_tokens);
  writer.field("system", safety_rules).key("messages").begin_array().begin_object();
  writer.field("role", "user").field("content", material(about, earlier, call)).end_object().end_array();
  writer.key("thinking").begin_object().field("type", "disabled").end_object();
  writer.key("output_config").begin_object().key("format").raw(form).end_object().end_object();
  return body;
}

std::optional<anthropic::Judgement> read_judgement(json::Reader& reader, std::string_view answer) {
  const auto from = answer.find('{');
  const auto to = answer.rfind('}');
  if (from == std::string_view::npos || to == std::string_view::npos || to < from) return std::nullopt;
  const bool goes_on = answer.find_first_not_of(" \t\r\n`", to + 1) != std::string_view::npos;
  if (goes_on) return std::nullopt;  // it may take back what it said
  std::string text(answer.substr(from, to - from + 1));
  std::optional<anthropic::Judgement::Type> type;
  std::string explanation;
  const auto read = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      const bool known = key == "outcome" || key == "explanation";
      if (!known || !value.is_string()) return value.skip();
      const auto words = value.string();
      if (!words) return std::unexpected(words.error());
      if (key == "outcome") type = outcome(*words);
      if (key == "explanation") explanation = beginning(*words, longest_explanation);
      return {};
    });
  });
  if (!read || !type) return std::nullopt;
  return anthropic::Judgement{.type = *type, .words = std::move(explanation)};
}

}  // namespace ccp::translate
