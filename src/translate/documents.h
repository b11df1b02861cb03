#pragma once

#include "anthropic/messages.h"
#include "base/result.h"
#include "translate/blocks.h"
#include "translate/parts.h"
#include "translate/place.h"

namespace ccp::translate {

/// Adds a document: text as text, its blocks one by one, a PDF as a file part where the provider takes one,
/// else as its text where that is known. What cannot be sent becomes a text that says so. Fails when base64
/// data is none.
Result<void> append_document(const anthropic::DocumentBlock& document, const Place& place,
                             const BlockContext& context, Parts& parts);

}  // namespace ccp::translate
