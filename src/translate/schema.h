#pragma once

#include <string>
#include <string_view>

#include "openai/chat.h"
#include "translate/profile.h"

namespace ccp::translate {

/// A tool's schema as the provider takes it. `as_is`: bytes pass unread but for one thing: an object schema
/// without `properties`, as tools without arguments have it, is refused by OpenAI ("object schema missing
/// properties"), so it gains an empty one. The other dialects are rewritten where they need it, and
/// remembered per thread. `schema` is a validated JSON object, or empty when the tool has none.
openai::Text parameters(std::string_view schema, SchemaDialect dialect);

/// `schema` in `dialect`, compact, keys in their order. The same schema always gives the same bytes.
std::string cleaned_schema(std::string_view schema, SchemaDialect dialect);

/// Whether OpenAI's strict mode takes the schema as it is: every object closed, every property required, no
/// keyword outside its subset (https://platform.openai.com/docs/guides/structured-outputs).
bool fits_strict_mode(std::string_view schema);

}  // namespace ccp::translate
