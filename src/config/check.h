#pragma once

#include <string_view>

#include "config/config.h"

/// The rules that concern more than one setting, and the settings without a fixed name.
namespace ccp::config {

/// docker --env-file keeps quotes as part of the value: one pair is taken off.
std::string_view unquoted(std::string_view value);

/// Completes what follows from other settings, and adds a problem for each rule that is broken.
void check_whole(Config& config, Purpose purpose, Problems& problems);

/// Takes every `CUSTOM_HEADER_*`: the prefix goes, `_` becomes `-`. Names that HTTP itself needs and values
/// with control characters are problems.
void read_custom_headers(Config& config, const Variables& shell, const Variables& file, Problems& problems);

}  // namespace ccp::config
