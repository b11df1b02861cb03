#include "openai/content.h"

namespace ccp::openai {

namespace {

using json::Type;
using json::Value;

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// A part while it is read: `type` may come last, and decides what its text is.
struct Part {
  explicit Part(std::forward_list<std::string>& storage)
      : text(storage), thoughts(storage), summary(storage) {}

  std::string_view type;
  Joined text;
  Joined thoughts;
  Joined summary;
  std::string_view refusal;
  bool is_thought = false;  ///< Gemini's mark

  [[nodiscard]] bool thinks() const {
    return is_thought || contains(type, "think") || contains(type, "reason") || contains(type, "summary");
  }
  /// What belongs to a tool is no text of the answer.
  [[nodiscard]] bool is_tool() const { return contains(type, "tool") || contains(type, "function"); }
};

Result<void> read_part_field(std::string_view key, Value field, Part& part, int levels) {
  const Texts inner{part.text, part.thoughts, part.refusal};
  if (key == "type") return read_word(field, part.type);
  if (key == "text" || key == "content" || key == "value" || key == "output_text")
    return at(key, read_content(field, inner, levels));
  if (key == "thinking" || key == "reasoning" || key == "reasoning_content" || key == "reasoning_text")
    return at(key, read_content(field, {part.thoughts, part.thoughts, part.refusal}, levels));
  if (key == "summary")
    return at(key, read_content(field, {part.summary, part.summary, part.refusal}, levels));
  if (key == "refusal") return read_word(field, part.refusal);
  if (key == "thought" && field.type() == Type::boolean) {
    const auto mark = field.boolean();
    part.is_thought = mark.value_or(false);
    return mark ? Result<void>{} : std::unexpected(mark.error());
  }
  return field.skip();
}

/// What the part says goes where its type tells.
void sort(const Part& part, Texts texts) {
  if (part.is_tool()) return;
  if (!part.refusal.empty()) texts.refusal = part.refusal;
  texts.thinking.add(part.thoughts.view());
  if (!part.thinks()) return texts.text.add(part.text.view());
  if (!part.text.view().empty()) return texts.thinking.add(part.text.view());
  if (part.thoughts.view().empty()) texts.thinking.add(part.summary.view());
}

Result<void> read_part(Value value, Texts texts, int levels) {
  Part part(texts.text.storage());
  auto result = value.object([&part, levels](std::string_view key, Value field) {
    return read_part_field(key, field, part, levels);
  });
  sort(part, texts);
  return result;
}

}  // namespace

Result<void> read_content(Value value, Texts texts, int levels) {
  const auto type = value.type();
  if (type != Type::object && type != Type::array) {
    const auto text = scalar_text(value);
    if (!text) return std::unexpected(text.error());
    texts.text.add(*text);
    return {};
  }
  if (levels == 0) return value.skip();
  if (type == Type::object) return read_part(value, texts, levels - 1);
  return value.array(
      [texts, levels](std::size_t, Value element) { return read_content(element, texts, levels - 1); });
}

Result<void> read_thoughts(Value value, Joined& thinking) {
  std::string_view refusal;
  return read_content(value, {thinking, thinking, refusal}, max_part_levels);
}

}  // namespace ccp::openai
