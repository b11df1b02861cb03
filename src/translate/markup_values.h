#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "openai/chat.h"
#include "translate/profile.h"

namespace ccp::translate {

/// A tool that the provider was given.
struct MarkupTool {
  std::string name;  ///< as the provider knows it
  std::string schema_json;
};

/// What is known of the request, for calls that the model writes into its text.
struct MarkupTools {
  bool bare_json = false;  ///< also those without any tag, as JSON on a line of its own
  std::vector<MarkupTool> tools;

  [[nodiscard]] const MarkupTool* find(std::string_view name) const;
  /// Whether the name of one begins so.
  [[nodiscard]] bool begins_one(std::string_view name) const;
};

/// The tools of the request, where the model may write calls into its text; null where not.
std::shared_ptr<const MarkupTools> markup_tools(const Profile& profile, const openai::ChatRequest& chat);

/// One parameter as it stands between its tags.
struct MarkupParameter {
  std::string key;
  std::string_view value;
  std::optional<bool> is_string;  ///< where the markup says it
};

/// The call's input: a value is text where the schema lets the parameter be a string, else the JSON that it
/// is, else text. Of a parameter that comes twice the last counts.
std::string markup_input(const MarkupTool& tool, const std::vector<MarkupParameter>& parameters);

/// The schema names parameters that must be there.
bool needs_input(const MarkupTool& tool);

/// True when `text` is one JSON value and nothing else.
bool is_json(std::string_view text);

}  // namespace ccp::translate
