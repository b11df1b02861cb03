#pragma once

#include <memory>

#include "upstream/content_decoder.h"

namespace ccp::upstream {

enum class Deflate { gzip, zlib, raw };

/// RFC 1950 to 1952. Several gzip members in a row are one content; bytes behind the end are ignored.
std::unique_ptr<ContentDecoder::Coding> inflating(Deflate form);

/// RFC 7932.
std::unique_ptr<ContentDecoder::Coding> unbrotli();

}  // namespace ccp::upstream
