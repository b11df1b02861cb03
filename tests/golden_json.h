#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// JSON as text: what comparing golden files needs.
namespace ccp::golden {

/// `json` without white space between tokens; bytes that are no JSON are returned as they are.
std::string minify(std::string_view json);

/// Minified JSON with two spaces of indentation and a line end behind it.
std::string pretty(std::string_view minified);

/// The fields of an object, each as canonical JSON: minified, keys sorted, escapes in their shortest form.
using Fields = std::map<std::string, std::string, std::less<>>;
Result<Fields> fields(std::string_view json);

/// The elements of an array, each as canonical JSON.
Result<std::vector<std::string>> elements(std::string_view json);

/// The canonical JSON of an object.
std::string join(const Fields& fields);

/// The text of canonical JSON that is a string; other values as they are.
std::string text(std::string_view canonical);

/// `text` as canonical JSON.
std::string quote(std::string_view text);

/// The text of field `name`, or an empty string.
std::string text_of(const Fields& fields, std::string_view name);

}  // namespace ccp::golden
