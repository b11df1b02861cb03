#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ccp::translate {

/// When a provider's words say, in whatever way, that a picture or a PDF of the request cannot be used: the
/// same behind the words on which Claude Code takes it out of the conversation and goes on (`Could not
/// process image`, `image exceeds`, `Could not process PDF`, …; the lists stand in the client 2.1.332).
/// Nullopt for every other error, also for a model that takes no pictures at all. `message` may be shown to
/// the client; `code` is in lower case.
std::optional<std::string> refused_media(std::string_view message, std::string_view code);

}  // namespace ccp::translate
