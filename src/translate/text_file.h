#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ccp::translate {

/// The text of a file that is one, from its base64 payload: as UTF-8 (a byte order mark taken off), as UTF-16
/// with its mark, and for `text/…` that is neither as Latin-1. Nullopt for a PDF, for anything that holds
/// bytes which no text holds, and for what is no base64.
std::optional<std::string> text_file(std::string_view media_type, std::string_view payload);

}  // namespace ccp::translate
