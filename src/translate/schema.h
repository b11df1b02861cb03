#pragma once

#include <string_view>

#include "openai/chat.h"

namespace ccp::translate {

/// A tool's schema as OpenAI takes it. Bytes pass unread but for one thing: an object schema without
/// `properties`, as tools without arguments have it, is refused there ("object schema missing properties"),
/// so it gains an empty one. `schema` is a validated JSON object, or empty when the tool has none.
openai::Text parameters(std::string_view schema);

}  // namespace ccp::translate
