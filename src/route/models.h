#pragma once

#include <string>
#include <string_view>

namespace ccp::route {

/// The provider's model for each of the client's families.
struct Models {
  std::string big;
  std::string middle;
  std::string small;
};

/// What GET /v1/models puts before a provider's model, because Claude Code's picker keeps only names that
/// contain `claude` or `anthropic`.
inline constexpr std::string_view listed_prefix = "claude/";

/// The provider's model for the client's name, in this order: what stands behind `claude/`; names of
/// providers' own models (`gpt-`, `o1-`, `o3`, `o4`, `ep-`, `doubao-`, `deepseek-`, or anything with a `/`)
/// unchanged; then, in any case, haiku → small, sonnet → middle, opus → big; everything else → big. The view
/// points into `models` or `client_model`.
std::string_view upstream_model(const Models& models, std::string_view client_model);

}  // namespace ccp::route
