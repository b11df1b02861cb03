#pragma once

#include <string_view>

#include "anthropic/fields.h"
#include "anthropic/messages.h"

namespace ccp::anthropic {

/// Walks a block's fields. `type` was read before, `cache_control` is common to all blocks.
template <class Field>
Result<void> walk(json::Value value, ContentBlock& block, Field field) {
  return value.object([&](std::string_view key, json::Value entry) -> Result<void> {
    if (key == "cache_control") block.cache_control = !entry.is_null();
    if (key == "cache_control" || key == "type") return within(key, entry.skip());
    return within(key, field(key, entry));
  });
}

}  // namespace ccp::anthropic
