#include "translate/blocks.h"

#include <fmt/format.h>

#include "translate/documents.h"
#include "translate/images.h"
#include "translate/server_blocks.h"

namespace ccp::translate {

namespace {

struct Append {
  const Place& place;
  const BlockContext& context;
  Parts& parts;

  Result<void> operator()(const anthropic::TextBlock& text) {
    parts.text(text.text);
    return {};
  }
  Result<void> operator()(const anthropic::ImageBlock& image) {
    append_image(image, context, parts);
    return {};
  }
  Result<void> operator()(const anthropic::DocumentBlock& document) {
    return append_document(document, place, context, parts);
  }

  Result<void> operator()(const anthropic::SearchResultBlock& result) {
    parts.text(fmt::format("[search result \"{}\" from {}]", result.title, result.source));
    return append_blocks(result.content, place, context, parts);
  }

  /// A result whose call is not in the conversation, or that has a second result.
  Result<void> operator()(const anthropic::ToolResultBlock& result) {
    context.warnings.add("a tool_result that answers no tool_use became user text");
    if (result.is_error) parts.text("Error:");
    return append_blocks(result.content, place, context, parts);
  }

  Result<void> operator()(const anthropic::ToolUseBlock& call) {
    context.warnings.add("a tool_use outside an assistant message became text");
    parts.text(fmt::format("[tool call {}: {}]", call.name, call.input_json));
    return {};
  }

  Result<void> operator()(const anthropic::ToolReferenceBlock& reference) {
    parts.text(fmt::format("The tool {} is loaded: it can be called now.", reference.tool_name));
    return {};
  }

  Result<void> operator()(const anthropic::ThinkingBlock&) { return {}; }
  Result<void> operator()(const anthropic::RedactedThinkingBlock&) { return {}; }

  Result<void> operator()(const anthropic::ToolChangeBlock& change) {
    if (change.reference.starts_with("mcp_")) {
      context.warnings.add(
          fmt::format("a {} names a tool of Anthropic's MCP connector: dropped", change.reference));
    } else {
      parts.text(fmt::format("The tool {} can{} be called from here on.", change.name,
                             change.addition ? "" : "not"));
    }
    return {};
  }

  Result<void> operator()(const anthropic::CompactionBlock& compaction) {
    parts.text(compaction.summary);
    return {};
  }

  Result<void> operator()(const anthropic::OtherBlock& other) {
    parts.text(other_text(other, context.warnings));
    return {};
  }
};

}  // namespace

Result<void> append_block(const anthropic::ContentBlock& block, const Place& place,
                          const BlockContext& context, Parts& parts) {
  auto done = std::visit(Append{place, context, parts}, block.value);
  if (done && block.cache_control) parts.mark_breakpoint(context.profile.cache_control);
  return done;
}

Result<void> append_blocks(const std::vector<anthropic::ContentBlock>& blocks, const Place& place,
                           const BlockContext& context, Parts& parts) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Place inner{&place, "content", i};
    if (auto result = append_block(blocks[i], inner, context, parts); !result) return result;
  }
  return {};
}

std::string_view without_attribution(std::string_view text) {
  if (!text.starts_with("x-anthropic-billing-header:")) return text;
  const auto end = text.find('\n');
  return end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

Result<openai::Text> system_text(const std::vector<anthropic::ContentBlock>& blocks, const Place* message,
                                 const BlockContext& context) {
  openai::Text joined;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (const auto* text = std::get_if<anthropic::TextBlock>(&blocks[i].value)) {
      join(joined, context.profile.keep_attribution ? text->text : without_attribution(text->text));
      continue;
    }
    const Place place{message, message == nullptr ? "system" : "content", i};
    Parts parts;
    if (auto done = append_block(blocks[i], place, context, parts); !done) {
      return std::unexpected(std::move(done).error());
    }
    for (auto& part : parts.take()) {
      if (auto* text = std::get_if<openai::TextPart>(&part)) {
        join(joined, std::move(text->text));
      } else {
        context.warnings.add("a medium was dropped from a system message");
      }
    }
  }
  return joined;
}

}  // namespace ccp::translate
