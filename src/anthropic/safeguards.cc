#include "anthropic/safeguards.h"

#include "json/writer.h"

namespace ccp::anthropic {

namespace {

void write(json::Writer& writer, const Judgement& judgement) {
  writer.begin_object();
  switch (judgement.type) {
    case Judgement::Type::not_flagged:
    case Judgement::Type::flagged:
      writer.field("type", "evaluated");
      writer.field("outcome", judgement.type == Judgement::Type::flagged ? "flagged" : "not_flagged");
      if (!judgement.words.empty()) writer.field("explanation", judgement.words);
      break;
    case Judgement::Type::skipped:
      writer.field("type", "skipped");
      break;
    case Judgement::Type::unavailable:
      writer.field("type", "unavailable").field("reason", judgement.words);
      break;
  }
  writer.end_object();
}

}  // namespace

std::string safeguard_results_json(std::span<const JudgedCall> calls) {
  std::string text;
  json::Writer writer(text);
  writer.begin_array().begin_object().field("type", "dangerous_tool_use").key("status").begin_object();
  writer.field("type", "available").key("tool_uses").begin_object();
  for (const auto& call : calls) {
    std::string id;
    json::escape(id, call.id);
    write(writer.key(id), call.judgement);
  }
  writer.end_object().end_object().end_object().end_array();
  return text;
}

}  // namespace ccp::anthropic
