#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "openai/models.h"
#include "route/models.h"

/// The Messages API's list of models (https://docs.anthropic.com/en/api/models-list), made of the names for
/// the client's families and the provider's own list.
namespace ccp::endpoints {

struct ListedModel {
  std::string id;
  std::string display_name;
  std::string description;          ///< Claude Code's picker shows it; at most 100 characters
  std::int64_t created = 0;         ///< Unix time in seconds
  std::int64_t context_window = 0;  ///< tokens; 0: not known
};

/// One name per family first; then the provider's models, each under a name that /v1/messages takes for it
/// and Claude Code's picker keeps: `claude/ID`, or the id itself where it has a `/` and a word the picker
/// looks for.
std::vector<ListedModel> listed_models(const route::Models& mapped,
                                       const std::vector<openai::Model>& provider, std::string_view host);

/// The model behind `id`, listed or not: /v1/messages takes any name.
ListedModel model_of(const route::Models& mapped, const std::vector<openai::Model>& provider,
                     std::string_view host, std::string_view id);

/// The query of a list request.
struct Page {
  std::size_t limit = 20;
  std::string after_id, before_id;
};

/// Reads `limit` (1 to 1000), `after_id` and `before_id`; other parameters are ignored.
Result<Page> parse_page(std::string_view query);

/// `{"data": […], "has_more", "first_id", "last_id"}`. An unknown `after_id` or `before_id` is an error.
Result<std::string> models_json(const std::vector<ListedModel>& models, const Page& page);

std::string model_json(const ListedModel& model);

}  // namespace ccp::endpoints
