#pragma once

#include <string_view>

#include "translate/request.h"

namespace ccp::route {

/// What the provider at `host` takes for `model`, from a table of known hosts and model families; an unknown
/// one gets the defaults: nothing that the client did not send, `max_tokens`, no replayed reasoning.
translate::Profile profile(std::string_view host, std::string_view model);

}  // namespace ccp::route
