#include "translate/tokens.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "translate/image_size.h"

namespace ccp::translate {

namespace {

/// Token costs in quarters, so that the sums stay whole.
constexpr std::int64_t quarters = 4;
constexpr std::int64_t per_message = 4 * quarters;
constexpr std::int64_t per_call = 8 * quarters;
constexpr std::int64_t per_tool = 10 * quarters;
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

/// For images whose pixels are not known.
std::int64_t tokens_by_class(std::size_t base64_bytes) {
  if (base64_bytes < std::size_t{16} << 10) return 300;
  return base64_bytes < std::size_t{256} << 10 ? 1000 : 1600;
}

/// One token for 750 pixels, after the longer side was shrunk to 1568 pixels, 1600 tokens at most
/// (Anthropic's published rule; tile rules of other providers give figures of the same size).
std::int64_t image_tokens(const anthropic::Base64Source& source) {
  const auto size = image_size(source.data);
  if (!size) return tokens_by_class(source.data.size());
  const double longest = std::max(size->width, size->height);
  const double scale = std::min(1.0, 1568.0 / longest);
  const double pixels = scale * size->width * scale * size->height;
  return std::clamp<std::int64_t>(std::llround(pixels / 750), 16, 1600);
}

/// Pages are not known without reading the PDF.
std::int64_t file_tokens(std::size_t base64_bytes) {
  if (base64_bytes < std::size_t{64} << 10) return 1500;
  return base64_bytes < std::size_t{1} << 20 ? 6000 : 20000;
}

std::int64_t blocks_cost(const std::vector<anthropic::ContentBlock>& blocks);

struct SourceCost {
  std::int64_t operator()(const anthropic::Base64Source& s) const {
    return quarters * file_tokens(s.data.size());
  }
  std::int64_t operator()(const anthropic::PlainTextSource& s) const { return text_cost(s.data); }
  std::int64_t operator()(const anthropic::ContentSource& s) const { return blocks_cost(s.content); }
  std::int64_t operator()(const anthropic::UrlSource& s) const { return text_cost(s.url); }
  std::int64_t operator()(const anthropic::FileSource& s) const { return text_cost(s.file_id); }
  std::int64_t operator()(const anthropic::UnknownSource& s) const { return text_cost(s.type); }
};

struct BlockCost {
  std::int64_t operator()(const anthropic::TextBlock& b) const { return text_cost(b.text); }
  std::int64_t operator()(const anthropic::ImageBlock& b) const {
    const auto* base64 = std::get_if<anthropic::Base64Source>(&b.source);
    return quarters * (base64 != nullptr ? image_tokens(*base64) : tokens_by_class(0));
  }
  std::int64_t operator()(const anthropic::DocumentBlock& b) const {
    return text_cost(b.title) + text_cost(b.context) + std::visit(SourceCost{}, b.source);
  }
  std::int64_t operator()(const anthropic::ToolUseBlock& b) const {
    return per_call + text_cost(b.name) + text_cost(b.input_json);
  }
  std::int64_t operator()(const anthropic::ToolResultBlock& b) const {
    return per_call + blocks_cost(b.content);
  }
  std::int64_t operator()(const anthropic::SearchResultBlock& b) const {
    return text_cost(b.title) + text_cost(b.source) + blocks_cost(b.content);
  }
  std::int64_t operator()(const anthropic::ToolReferenceBlock& b) const {
    return per_call + text_cost(b.tool_name);
  }
  std::int64_t operator()(const anthropic::OtherBlock& b) const { return text_cost(b.json); }
  /// Earlier thinking is not sent.
  std::int64_t operator()(const anthropic::ThinkingBlock&) const { return 0; }
  std::int64_t operator()(const anthropic::RedactedThinkingBlock&) const { return 0; }
};

std::int64_t blocks_cost(const std::vector<anthropic::ContentBlock>& blocks) {
  std::int64_t cost = 0;
  for (const auto& block : blocks) cost += std::visit(BlockCost{}, block.value);
  return cost;
}

}  // namespace

std::int64_t estimate_tokens(const anthropic::MessagesRequest& request) {
  std::int64_t cost = per_reply + blocks_cost(request.system) + text_cost(request.output_config.schema_json);
  for (const auto& message : request.messages) cost += per_message + blocks_cost(message.content);
  for (const auto& tool : request.tools) {
    cost += per_tool + text_cost(tool.name) + text_cost(tool.description) + text_cost(tool.input_schema_json);
  }
  return std::max<std::int64_t>(1, (cost + quarters - 1) / quarters);
}

std::int64_t scaled_tokens(std::int64_t tokens, double factor) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(tokens) * factor));
}

}  // namespace ccp::translate
