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
namespace ccp::proxy {

struct ListedModel {
  std::string id;
  std::string display_name;
  std::int64_t created = 0;  ///< Unix time in seconds
};

/// One name per family first: Claude Code takes only ids that begin with `claude` or `anthropic`. They say in
/// their display name which of the provider's models answers.
std::vector<ListedModel> listed_models(const route::Models& mapped,
                                       const std::vector<openai::Model>& provider);

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

}  // namespace ccp::proxy
