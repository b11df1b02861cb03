#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ccp::translate {

/// The pages of a PDF in base64 (a `data:` prefix is allowed), as its page objects tell them. Nothing when
/// none stands in the open: PDF 1.5 may pack them into compressed streams. Looks at the first 8 MiB only.
std::optional<std::int64_t> pdf_pages(std::string_view base64_data);

}  // namespace ccp::translate
