#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ccp::translate {

/// Where in the client's request something stands, e.g. `messages.2.content.0`. A chain on the stack: it
/// becomes text only when an error or a warning needs it.
struct Place {
  const Place* parent = nullptr;
  std::string_view list;
  std::size_t index = 0;
};

inline std::string path(const Place& place) {
  const auto own = std::string(place.list) + "." + std::to_string(place.index);
  return place.parent == nullptr ? own : path(*place.parent) + "." + own;
}

/// An `invalid_request` that names a field of the block at `place`.
inline std::unexpected<Error> invalid_at(const Place& place, std::string_view field,
                                         std::string_view reason) {
  return client_error(ErrorKind::invalid_request,
                      path(place) + "." + std::string(field) + ": " + std::string(reason));
}

}  // namespace ccp::translate
