#include "translate/tokens.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tokens/count.h"
#include "translate/base64.h"
#include "translate/deferred_tools.h"
#include "translate/image_size.h"
#include "translate/pdf_pages.h"
#include "translate/text_file.h"
#include "translate/tool_text.h"

namespace ccp::translate {

namespace {

/// What OpenAI's models see around the contents: role and separators of a message, the head of the list of
/// tools, the beginning of the answer.
constexpr std::int64_t quarters = TextCost::quarters;
constexpr std::int64_t per_message = 4 * quarters;
constexpr std::int64_t per_call = 8 * quarters;
constexpr std::int64_t per_tool_estimated = 10 * quarters;
constexpr std::int64_t tools_head = 12 * quarters;
constexpr std::int64_t per_reply = 3 * quarters;

/// An ASCII character is a quarter of a token; of the others, two-byte letters (Latin with accents, Greek,
/// Cyrillic) are half a token, three-byte ones (CJK, Indic) one, four-byte ones (emoji, rare scripts) two.
std::int64_t lead_byte_cost(unsigned char c) {
  if (c < 0x80) return 1;
  if (c < 0xC0) return 0;
  if (c < 0xE0) return 2;
  return c < 0xF0 ? 4 : 8;
}

std::int64_t text_cost(std::string_view text) {
  std::int64_t cost = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    if ((word & 0x8080808080808080U) == 0) {
      cost += 8;
      continue;
    }
    for (std::size_t j = i; j < i + 8; ++j) cost += lead_byte_cost(static_cast<unsigned char>(text[j]));
  }
  for (; i < text.size(); ++i) cost += lead_byte_cost(static_cast<unsigned char>(text[i]));
  return cost;
}

constexpr std::int64_t image_base = 85;
constexpr std::int64_t image_tile = 170;
/// An image whose pixels are not known, for example one by URL: four tiles, as most pictures have.
constexpr std::int64_t image_unknown = image_base + 4 * image_tile;

/// 85 tokens and 170 for each tile of 512 pixels, after the image was shrunk to fit 2048 × 2048 and its
/// shorter side to 768 (https://platform.openai.com/docs/guides/images-vision, "Calculating costs").
std::int64_t image_tokens(const anthropic::Base64Source& source) {
  const auto size = image_size(source.data);
  if (!size) return image_unknown;
  const double width = size->width, height = size->height;
  const double scale = std::min({1.0, 2048.0 / std::max(width, height), 768.0 / std::min(width, height)});
  const auto tiles = [&](double side) { return static_cast<std::int64_t>(std::ceil(side * scale / 512.0)); };
  return image_base + image_tile * tiles(width) * tiles(height);
}

/// A page goes to the model as its text and as a picture; Anthropic names 1,500 to 3,000 tokens
/// (https://docs.claude.com/en/docs/build-with-claude/pdf-support, "Estimate your costs").
constexpr std::int64_t per_page = 1500;
/// For a PDF whose pages cannot be told.
constexpr std::int64_t usual_pages = 4;

/// Adds up a prompt's blocks.
class Sum {
 public:
  explicit Sum(TextCost& cost) : cost_(cost) {}

  std::int64_t operator()(const std::vector<anthropic::ContentBlock>& blocks) {
    std::int64_t cost = 0;
    for (const auto& block : blocks) cost += std::visit(*this, block.value);
    return cost;
  }

  std::int64_t operator()(const anthropic::Base64Source& s) {
    const auto text = text_file(s.media_type, base64::payload(s.data));
    return text ? text_cost(*text) : cost_.file(s);
  }
  std::int64_t operator()(const anthropic::PlainTextSource& s) { return cost_.text(s.data); }
  std::int64_t operator()(const anthropic::ContentSource& s) { return (*this)(s.content); }
  std::int64_t operator()(const anthropic::UrlSource& s) { return cost_.text(s.url); }
  std::int64_t operator()(const anthropic::FileSource& s) { return cost_.text(s.file_id); }
  std::int64_t operator()(const anthropic::UnknownSource& s) { return cost_.text(s.type); }

  std::int64_t operator()(const anthropic::TextBlock& b) { return cost_.text(b.text); }
  std::int64_t operator()(const anthropic::ImageBlock& b) {
    const auto* base64 = std::get_if<anthropic::Base64Source>(&b.source);
    return quarters * (base64 != nullptr ? image_tokens(*base64) : image_unknown);
  }
  std::int64_t operator()(const anthropic::DocumentBlock& b) {
    return cost_.text(b.title) + cost_.text(b.context) + std::visit(*this, b.source);
  }
  std::int64_t operator()(const anthropic::ToolUseBlock& b) {
    return per_call + cost_.text(b.name) + cost_.text(b.input_json);
  }
  std::int64_t operator()(const anthropic::ToolResultBlock& b) { return per_call + (*this)(b.content); }
  std::int64_t operator()(const anthropic::SearchResultBlock& b) {
    return cost_.text(b.title) + cost_.text(b.source) + (*this)(b.content);
  }
  std::int64_t operator()(const anthropic::ToolReferenceBlock& b) {
    return per_call + cost_.text(b.tool_name);
  }
  std::int64_t operator()(const anthropic::ToolChangeBlock& b) { return per_call + cost_.text(b.name); }
  std::int64_t operator()(const anthropic::CompactionBlock& b) { return cost_.text(b.summary); }
  std::int64_t operator()(const anthropic::OtherBlock& b) { return cost_.text(b.json); }
  /// Counted by its message; the provider's own state is not.
  std::int64_t operator()(const anthropic::ThinkingBlock&) { return 0; }
  std::int64_t operator()(const anthropic::RedactedThinkingBlock&) { return 0; }

 private:
  TextCost& cost_;
};

/// The thinking of a message that goes back to the provider.
std::int64_t thinking_cost(const anthropic::Message& message, bool has_tools, TextCost& cost) {
  const auto& blocks = message.content;
  const bool has_calls = std::ranges::any_of(
      blocks, [](const auto& block) { return std::holds_alternative<anthropic::ToolUseBlock>(block.value); });
  std::int64_t total = 0;
  for (const auto& block : blocks) {
    const auto* thinking = std::get_if<anthropic::ThinkingBlock>(&block.value);
    if (thinking != nullptr) total += cost.thinking(*thinking, has_calls, has_tools);
  }
  return total;
}

}  // namespace

std::int64_t TextCost::thinking(const anthropic::ThinkingBlock&, bool, bool) { return 0; }

std::int64_t TextCost::file(const anthropic::Base64Source& source) {
  return quarters * file_tokens(source.data);
}

std::int64_t file_tokens(std::string_view base64_data) {
  return per_page * pdf_pages(base64_data).value_or(usual_pages);
}

std::int64_t EstimatedCost::text(std::string_view text) { return text_cost(text); }

std::int64_t EstimatedCost::tool(const anthropic::Tool& tool) {
  return per_tool_estimated + text_cost(tool.name) + text_cost(tool.description) +
         text_cost(tool.input_schema_json);
}

std::int64_t prompt_tokens(const anthropic::MessagesRequest& request, TextCost& cost) {
  Sum sum(cost);
  std::int64_t total = per_reply + sum(request.system) + cost.text(request.output_config.schema_json);
  const auto tools = visible_tools(request);
  for (const auto& message : request.messages)
    total += per_message + sum(message.content) + thinking_cost(message, !tools.empty(), cost);
  if (!tools.empty()) total += tools_head;
  for (const auto* tool : tools) total += cost.tool(*tool);
  return std::max<std::int64_t>(1, (total + quarters - 1) / quarters);
}

std::int64_t estimate_tokens(const anthropic::MessagesRequest& request) {
  EstimatedCost cost;
  return prompt_tokens(request, cost);
}

std::int64_t tool_tokens(std::string_view name, std::string_view description, std::string_view schema) {
  return tokens::count(tool_text(name, description, schema));
}

std::int64_t scaled_tokens(std::int64_t tokens, double factor) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(tokens) * factor));
}

}  // namespace ccp::translate
