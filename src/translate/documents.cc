#include "translate/documents.h"

#include <fmt/format.h>

#include "translate/base64.h"
#include "translate/text_file.h"

namespace ccp::translate {

namespace {

std::string quoted_title(const anthropic::DocumentBlock& document) {
  return document.title.empty() ? std::string() : fmt::format(" \"{}\"", document.title);
}

/// What the model should know before the document's own text; nothing when it has neither title nor context.
void append_heading(const anthropic::DocumentBlock& document, Parts& parts) {
  if (document.title.empty() && document.context.empty()) return;
  auto heading = fmt::format("[document{}]", quoted_title(document));
  if (!document.context.empty()) heading.append("\n").append(document.context);
  parts.text(std::move(heading));
}

/// The context alone, where the title stands in a placeholder already.
void append_context(const anthropic::DocumentBlock& document, Parts& parts) {
  if (!document.context.empty()) parts.text(document.context);
}

std::string file_name(const anthropic::DocumentBlock& document, std::string_view media_type) {
  std::string name(document.title.empty() ? "document" : document.title);
  if (media_type == "application/pdf" && !name.ends_with(".pdf") && !name.ends_with(".PDF")) name += ".pdf";
  return name;
}

struct Append {
  const anthropic::DocumentBlock& document;
  const Place& place;
  const BlockContext& context;
  Parts& parts;

  Result<void> operator()(const anthropic::PlainTextSource& source) {
    append_heading(document, parts);
    parts.text(source.data);
    return {};
  }

  Result<void> operator()(const anthropic::ContentSource& source) {
    append_heading(document, parts);
    for (std::size_t i = 0; i < source.content.size(); ++i) {
      const Place inner{&place, "source.content", i};
      if (auto result = append_block(source.content[i], inner, context, parts); !result) return result;
    }
    return {};
  }

  Result<void> operator()(const anthropic::UrlSource& source) {
    parts.text(fmt::format("[document{} at {}]", quoted_title(document), source.url));
    append_context(document, parts);
    return {};
  }

  Result<void> operator()(const anthropic::FileSource& source) {
    context.warnings.add("a document of Anthropic's Files API became a placeholder");
    parts.text(fmt::format("[document{}: the file {} is stored at Anthropic and cannot be read here]",
                           quoted_title(document), source.file_id));
    return {};
  }

  Result<void> operator()(const anthropic::UnknownSource& source) {
    context.warnings.add(
        fmt::format("a document with the unknown source type {} became a placeholder", source.type));
    parts.text(fmt::format("[document{}: its source of type {} cannot be read here]", quoted_title(document),
                           source.type));
    return {};
  }

  Result<void> operator()(const anthropic::Base64Source& source) {
    const auto media_type = source.media_type.empty() ? "application/pdf" : source.media_type;
    if (auto text = text_file(media_type, base64::payload(source.data))) {
      append_heading(document, parts);
      parts.text(*std::move(text));
      return {};
    }
    auto data = fmt::format("data:{};base64,", media_type);
    const auto prefix = data.size();
    const auto payload = base64::payload(source.data);
    data.reserve(prefix + payload.size() + 4);
    if (!base64::append_canonical(payload, data)) {
      return invalid_at(place, "source.data", "the document is not valid base64");
    }
    if (!context.profile.files) return in_words(payload, media_type, (data.size() - prefix) / 4 * 3);
    append_heading(document, parts);
    parts.add(openai::FilePart{file_name(document, media_type), std::move(data)});
    return {};
  }

  /// The text of a PDF where it is known, else a placeholder.
  Result<void> in_words(std::string_view payload, std::string_view media_type, std::size_t bytes) {
    const auto* documents = context.sources.documents;
    if (documents == nullptr || media_type != "application/pdf") return placeholder(media_type, bytes);
    auto text = documents->text(payload);
    if (!text) context.unread.push_back(payload);
    if (!text || text->empty()) return placeholder(media_type, bytes);
    parts.text(fmt::format("[document{}: the text of a PDF, without its pictures]", quoted_title(document)));
    append_context(document, parts);
    parts.text(*std::move(text));
    return {};
  }

  Result<void> placeholder(std::string_view media_type, std::size_t bytes) {
    context.warnings.add(
        fmt::format("a document ({}) became a placeholder: the provider takes no files, and {}", media_type,
                    context.sources.documents == nullptr ? "there is no pdftotext (Debian: poppler-utils)"
                                                         : "no text can be extracted from it"));
    parts.text(fmt::format(
        "[document{}: {}, {} KB. This provider takes no such files, so the content cannot be seen "
        "here; a tool may be able to extract its text.]",
        quoted_title(document), media_type, (bytes + 1023) / 1024));
    append_context(document, parts);
    return {};
  }
};

}  // namespace

Result<void> append_document(const anthropic::DocumentBlock& document, const Place& place,
                             const BlockContext& context, Parts& parts) {
  return std::visit(Append{document, place, context, parts}, document.source);
}

}  // namespace ccp::translate
