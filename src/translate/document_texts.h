#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ccp::translate {

/// Where the translation finds the texts of PDFs, for a provider that takes no files.
class DocumentTexts {
 public:
  virtual ~DocumentTexts() = default;
  /// The text of the PDF with this base64 payload, as `document_text` makes it; empty when none can be
  /// extracted, nullopt while nobody has tried.
  [[nodiscard]] virtual std::optional<std::string> text(std::string_view payload) const = 0;
};

/// What a model reads of a PDF: the text of its pages, which come with a form feed behind each, under their
/// numbers where there are several. At most `limit` bytes; where it is cut a last line says so. Empty when
/// the pages hold nothing but white space, as those of a scan do.
std::string document_text(std::string_view pages, std::size_t limit);

}  // namespace ccp::translate
