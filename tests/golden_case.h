#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "translate/request.h"

namespace ccp::golden {

/// What a case changes of the defaults (case.json).
struct Settings {
  std::string upstream_model = "gpt-4o";
  translate::Profile profile;  ///< by the rules for `host`, and what `settings` change
  std::string host = "provider.test";
  translate::Limits limits{.min_tokens = 1, .max_tokens = 100'000};
  /// Whether the default request asks for a stream; unset: when there is an upstream.sse.
  std::optional<bool> stream;
  /// What pdftotext makes of the request's PDFs; unset: there is no such program.
  std::optional<std::string> pdf_text;
};

/// One folder of tests/golden; the README there says what each file means.
struct Case {
  std::string name;
  std::map<std::string, std::string, std::less<>> files;  ///< file name → bytes
  Settings settings;

  /// The bytes of a file, or nullptr.
  [[nodiscard]] const std::string* file(std::string_view file_name) const;
  /// The request of the client, minified as clients send it; the default request when the case has none.
  [[nodiscard]] std::string client_body() const;
  /// Replaces a file in the folder. For updating only.
  void write(std::string_view file_name, std::string_view bytes) const;
};

/// The names of all cases, sorted.
std::vector<std::string> case_names();

/// Reads a case. Fails on a file that no case may have, a missing note, or a case that expects nothing.
Result<Case> load(const std::string& name);

}  // namespace ccp::golden
