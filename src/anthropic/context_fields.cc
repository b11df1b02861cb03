#include "anthropic/context.h"
#include "anthropic/fields.h"

namespace ccp::anthropic {

namespace {

using json::Value;

/// `{"type": …, "value": N}`, or the bare word `all`.
struct Amount {
  std::string_view type;
  std::int64_t value = 0;
};

Result<void> read_amount(Value value, std::optional<Amount>& out) {
  out.reset();
  if (value.is_null()) return value.skip();
  auto& amount = out.emplace();
  if (value.is_string()) return read(value, amount.type);
  return value.object([&](std::string_view key, Value entry) -> Result<void> {
    if (key == "type") return within(key, read(entry, amount.type));
    return within(key, key == "value" ? read(entry, amount.value) : entry.skip());
  });
}

Result<void> read_names(Value value, std::vector<std::string_view>& out) {
  out.clear();
  if (value.is_null()) return value.skip();
  return value.array(
      [&](std::size_t index, Value element) { return within(index, read(element, out.emplace_back())); });
}

Result<void> read_trigger(Value value, ContextEdit& edit) {
  std::optional<Amount> amount;
  auto done = read_amount(value, amount);
  if (!done || !amount) return done;
  (amount->type == "tool_uses" ? edit.trigger_tool_uses : edit.trigger_tokens) = amount->value;
  return {};
}

Result<void> read_keep(Value value, ContextEdit& edit) {
  std::optional<Amount> amount;
  auto done = read_amount(value, amount);
  if (!done || !amount) return done;
  edit.keep_all = amount->type == "all";
  if (!edit.keep_all) edit.keep = amount->value;
  return {};
}

Result<void> read_inputs(Value value, ContextEdit& edit) {
  if (value.type() == json::Type::array) {
    edit.inputs = ContextEdit::Inputs::named;
    return read_names(value, edit.inputs_of);
  }
  bool all = false;
  auto done = read_optional(value, all);
  if (all) edit.inputs = ContextEdit::Inputs::all;
  return done;
}

Result<void> read_edit_field(std::string_view key, Value entry, ContextEdit& edit) {
  if (key == "trigger") return read_trigger(entry, edit);
  if (key == "keep") return read_keep(entry, edit);
  if (key == "exclude_tools") return read_names(entry, edit.exclude_tools);
  if (key == "clear_tool_inputs") return read_inputs(entry, edit);
  if (key == "pause_after_compaction") return read_optional(entry, edit.pause_after_compaction);
  if (key == "instructions") return read_optional(entry, edit.instructions);
  if (key != "clear_at_least") return entry.skip();
  std::optional<Amount> amount;
  auto done = read_amount(entry, amount);
  edit.clear_at_least = amount ? amount->value : 0;
  return done;
}

std::optional<ContextEdit::Type> type_named(std::string_view name) {
  if (name.starts_with("clear_tool_uses_")) return ContextEdit::Type::clear_tool_uses;
  if (name.starts_with("clear_thinking_")) return ContextEdit::Type::clear_thinking;
  if (name.starts_with("compact_")) return ContextEdit::Type::compact;
  return std::nullopt;
}

Result<void> read_edit(Value value, std::vector<ContextEdit>& out,
                       std::vector<std::string_view>& unknown_fields) {
  if (value.type() != json::Type::object) return invalid("expected an object");
  const auto name = value.peek_string("type");
  if (!name) return within("type", std::unexpected(name.error()));
  const auto type = type_named(*name);
  if (!type) {
    unknown_fields.push_back(*name);
    return value.skip();
  }
  auto& edit = out.emplace_back();
  edit.type = *type;
  return value.object(
      [&](std::string_view key, Value entry) { return within(key, read_edit_field(key, entry, edit)); });
}

}  // namespace

Result<void> read_context_management(Value value, std::vector<ContextEdit>& out,
                                     std::vector<std::string_view>& unknown_fields) {
  out.clear();
  if (value.is_null()) return value.skip();
  return value.object([&](std::string_view key, Value entry) -> Result<void> {
    if (key != "edits" || entry.is_null()) return entry.skip();
    return within(key, entry.array([&](std::size_t index, Value element) {
      return within(index, read_edit(element, out, unknown_fields));
    }));
  });
}

}  // namespace ccp::anthropic
