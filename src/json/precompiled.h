#pragma once

// Compiled once for the layers that read JSON: simdjson alone costs more than most of our files.

#include <simdjson.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/result.h"
