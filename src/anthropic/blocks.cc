#include "anthropic/blocks.h"

#include <array>

#include "anthropic/block_fields.h"
#include "anthropic/fields.h"
#include "anthropic/session_blocks.h"

namespace ccp::anthropic {

namespace {

using json::Value;

/// Levels of content inside content: a message's tool_result, in it a document, in it a text.
constexpr int max_nesting = 3;

using Source = decltype(DocumentBlock::source);

Result<void> read_text(Value value, ContentBlock& block, int) {
  std::optional<std::string_view> text;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) {
    return key == "text" ? read(entry, text) : entry.skip();
  });
  if (!walked) return walked;
  if (!text) return missing("text");
  block.value = TextBlock{*text};
  return {};
}

/// The fields of every kind of source; which of them count is the type's business.
struct SourceFields {
  std::string_view media_type;
  std::optional<std::string_view> data, url, file_id;
  std::optional<ContentSource> content;
};

Result<void> read_source_field(std::string_view key, Value entry, SourceFields& fields, int nesting) {
  if (key == "media_type") return read_optional(entry, fields.media_type);
  if (key == "data") return read(entry, fields.data);
  if (key == "url") return read(entry, fields.url);
  if (key == "file_id") return read(entry, fields.file_id);
  if (key == "content") return read_content(entry, fields.content.emplace().content, nesting + 1);
  return entry.skip();
}

Result<void> choose_source(std::string_view type, SourceFields& fields, Source& out) {
  if (type == "base64" || type == "text") {
    if (!fields.data) return missing("data");
    if (type == "text") out = PlainTextSource{fields.media_type, *fields.data};
    if (type == "base64") out = Base64Source{fields.media_type, *fields.data};
  } else if (type == "url") {
    if (!fields.url) return missing("url");
    out = UrlSource{*fields.url};
  } else if (type == "file") {
    if (!fields.file_id) return missing("file_id");
    out = FileSource{*fields.file_id};
  } else {
    if (!fields.content) return missing("content");
    out = *std::move(fields.content);
  }
  return {};
}

bool known_source(std::string_view type) {
  return type == "base64" || type == "text" || type == "url" || type == "file" || type == "content";
}

Result<void> read_source(Value value, Source& out, int nesting) {
  if (value.type() != json::Type::object) return invalid("expected an object");
  const auto type = value.peek_string("type");
  if (!type) return within("type", std::unexpected(type.error()));
  if (!known_source(*type)) {
    out = UnknownSource{*type};
    return value.skip();
  }
  SourceFields fields;
  const auto walked = value.object([&](std::string_view key, Value entry) {
    return within(key, read_source_field(key, entry, fields, nesting));
  });
  return walked ? choose_source(*type, fields, out) : walked;
}

Result<void> read_image(Value value, ContentBlock& block, int nesting) {
  std::optional<Source> source;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) {
    return key == "source" ? read_source(entry, source.emplace(), nesting) : entry.skip();
  });
  if (!walked) return walked;
  if (!source) return missing("source");
  ImageBlock image;
  if (const auto* base64 = std::get_if<Base64Source>(&*source)) {
    image.source = *base64;
  } else if (const auto* url = std::get_if<UrlSource>(&*source)) {
    image.source = *url;
  } else if (const auto* file = std::get_if<FileSource>(&*source)) {
    image.source = *file;
  } else if (const auto* unknown = std::get_if<UnknownSource>(&*source)) {
    image.source = *unknown;
  } else {
    return within("source", within("type", invalid("an image's source is base64, url or file")));
  }
  block.value = image;
  return {};
}

Result<void> read_document(Value value, ContentBlock& block, int nesting) {
  DocumentBlock document;
  bool has_source = false;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "title") return read_optional(entry, document.title);
    if (key == "context") return read_optional(entry, document.context);
    if (key != "source") return entry.skip();
    has_source = true;
    return read_source(entry, document.source, nesting);
  });
  if (!walked) return walked;
  if (!has_source) return missing("source");
  block.value = std::move(document);
  return {};
}

Result<void> read_tool_use(Value value, ContentBlock& block, int) {
  std::optional<std::string_view> id, name;
  std::string_view input;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "id") return read(entry, id);
    if (key == "name") return read(entry, name);
    return key == "input" ? read_object_slice(entry, input) : entry.skip();
  });
  if (!walked) return walked;
  if (!id) return missing("id");
  if (!name) return missing("name");
  block.value = ToolUseBlock{*id, *name, input.empty() ? "{}" : input};
  return {};
}

Result<void> read_tool_result(Value value, ContentBlock& block, int nesting) {
  std::optional<std::string_view> id;
  ToolResultBlock result;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "tool_use_id") return read(entry, id);
    if (key == "is_error") return read_optional(entry, result.is_error);
    if (key != "content") return entry.skip();
    result.content.clear();
    return entry.is_null() ? entry.skip() : read_content(entry, result.content, nesting + 1);
  });
  if (!walked) return walked;
  if (!id) return missing("tool_use_id");
  result.tool_use_id = *id;
  block.value = std::move(result);
  return {};
}

Result<void> read_thinking(Value value, ContentBlock& block, int) {
  ThinkingBlock thinking;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "thinking") return read_optional(entry, thinking.thinking);
    return key == "signature" ? read_optional(entry, thinking.signature) : entry.skip();
  });
  block.value = thinking;
  return walked;
}

Result<void> read_redacted_thinking(Value value, ContentBlock& block, int) {
  RedactedThinkingBlock redacted;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) {
    return key == "data" ? read_optional(entry, redacted.data) : entry.skip();
  });
  block.value = redacted;
  return walked;
}

Result<void> read_search_result(Value value, ContentBlock& block, int nesting) {
  SearchResultBlock result;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) -> Result<void> {
    if (key == "title") return read_optional(entry, result.title);
    if (key == "source") return read_optional(entry, result.source);
    if (key != "content") return entry.skip();
    result.content.clear();
    return read_content(entry, result.content, nesting + 1);
  });
  block.value = std::move(result);
  return walked;
}

Result<void> read_tool_reference(Value value, ContentBlock& block, int) {
  ToolReferenceBlock reference;
  const auto walked = walk(value, block, [&](std::string_view key, Value entry) {
    return key == "tool_name" ? read_optional(entry, reference.tool_name) : entry.skip();
  });
  block.value = reference;
  return walked;
}

struct BlockReader {
  std::string_view type;
  Result<void> (*read)(Value, ContentBlock&, int nesting);
};

constexpr std::array block_readers{
    BlockReader{"text", read_text},
    BlockReader{"tool_use", read_tool_use},
    BlockReader{"tool_result", read_tool_result},
    BlockReader{"thinking", read_thinking},
    BlockReader{"image", read_image},
    BlockReader{"document", read_document},
    BlockReader{"redacted_thinking", read_redacted_thinking},
    BlockReader{"search_result", read_search_result},
    BlockReader{"tool_reference", read_tool_reference},
    BlockReader{"tool_addition", read_tool_change},
    BlockReader{"tool_removal", read_tool_change},
    BlockReader{"compaction", read_compaction},
};

Result<void> read_block(Value value, ContentBlock& block, int nesting) {
  if (value.type() != json::Type::object) return invalid("expected an object");
  const auto type = value.peek_string("type");
  if (!type) return within("type", std::unexpected(type.error()));
  for (const auto& reader : block_readers) {
    if (reader.type == *type) return reader.read(value, block, nesting);
  }
  const auto json = value.slice();
  if (!json) return std::unexpected(json.error());
  block.value = OtherBlock{*type, *json};
  return {};
}

}  // namespace

Result<void> read_content(Value value, std::vector<ContentBlock>& out, int nesting) {
  out.clear();
  if (value.is_string()) {
    const auto text = value.string();
    if (!text) return std::unexpected(text.error());
    out.push_back({TextBlock{*text}});
    return {};
  }
  if (value.type() != json::Type::array) return invalid("expected a string or a list of content blocks");
  if (nesting > max_nesting) return invalid("content blocks nested too deep");
  return value.array([&](std::size_t index, Value element) {
    return within(index, read_block(element, out.emplace_back(), nesting));
  });
}

}  // namespace ccp::anthropic
