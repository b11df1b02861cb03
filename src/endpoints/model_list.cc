#include "endpoints/model_list.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/percent.h"
#include "base/utf8.h"
#include "json/writer.h"

namespace ccp::endpoints {

namespace {

constexpr std::size_t max_limit = 1000;

/// Characters that Claude Code's picker takes of a description; ours are ASCII but for the model's own name.
constexpr std::size_t longest_description = 100;

void write(json::Writer& json, const ListedModel& model) {
  json.begin_object().field("type", "model").field("id", model.id).field("display_name", model.display_name);
  json.field("description", model.description);
  json.field("created_at",
             fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(model.created))));
  json.field("lifecycle", "active").key("max_input_tokens");
  model.context_window > 0 ? json.integer(model.context_window) : json.null();
  for (const std::string_view unknown :
       {"max_tokens", "capabilities", "line", "deprecated_at", "retires_at"}) {
    json.key(unknown).null();
  }
  json.end_object();
}

/// Whether Claude Code's picker keeps a name.
bool picker_keeps(std::string_view id) { return id.contains("claude") || id.contains("anthropic"); }

std::string listed_id(std::string_view id) {
  const bool as_it_is = id.contains('/') && picker_keeps(id) && !id.starts_with(route::listed_prefix);
  return as_it_is ? std::string(id) : fmt::format("{}{}", route::listed_prefix, id);
}

ListedModel entry(std::string id, std::string_view upstream, const openai::Model* model,
                  std::string_view host) {
  ListedModel listed{.id = std::move(id), .display_name = std::string(upstream)};
  listed.description = fmt::format("At {}", host);
  if (model != nullptr) {
    listed.created = model->created;
    listed.context_window = model->context_window;
  }
  if (listed.context_window > 0) {
    listed.description = fmt::format("{} tokens, at {}", listed.context_window, host);
  }
  listed.description = beginning(listed.description, longest_description);
  return listed;
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<void> take(Page& page, std::string_view name, const std::string& value) {
  if (name == "after_id") page.after_id = value;
  if (name == "before_id") page.before_id = value;
  if (name != "limit") return {};
  const auto limit = number(value);
  if (!limit || *limit < 1 || *limit > max_limit)
    return client_error(ErrorKind::invalid_request,
                        fmt::format("limit: expected a number from 1 to {}", max_limit));
  page.limit = *limit;
  return {};
}

/// Where a cursor stands; the list's size when it is in it no more.
std::size_t position(const std::vector<ListedModel>& models, std::string_view id) {
  return static_cast<std::size_t>(std::ranges::find(models, id, &ListedModel::id) - models.begin());
}

struct Range {
  std::size_t begin, end;
  bool more;
};

Result<Range> range(const std::vector<ListedModel>& models, const Page& page) {
  const bool backwards = !page.before_id.empty();
  const auto& cursor = backwards ? page.before_id : page.after_id;
  if (cursor.empty()) return Range{0, std::min(page.limit, models.size()), models.size() > page.limit};
  const auto at = position(models, cursor);
  if (at == models.size())
    return client_error(ErrorKind::invalid_request,
                        fmt::format("{}: no such model", backwards ? "before_id" : "after_id"));
  if (backwards) return Range{at - std::min(page.limit, at), at, at > page.limit};
  const auto end = std::min(at + 1 + page.limit, models.size());
  return Range{at + 1, end, end < models.size()};
}

}  // namespace

std::vector<ListedModel> listed_models(const route::Models& mapped,
                                       const std::vector<openai::Model>& provider, std::string_view host) {
  std::vector<ListedModel> models;
  for (const std::string_view family : {"opus", "sonnet", "haiku"}) {
    models.push_back(model_of(mapped, provider, host, fmt::format("claude-{}", family)));
    models.back().display_name += fmt::format(" (as {})", family);
  }
  std::set<std::string> seen;
  for (const auto& model : provider) {
    auto listed = entry(listed_id(model.id), model.id, &model, host);
    if (seen.insert(listed.id).second) models.push_back(std::move(listed));
  }
  return models;
}

ListedModel model_of(const route::Models& mapped, const std::vector<openai::Model>& provider,
                     std::string_view host, std::string_view id) {
  const auto upstream = route::upstream_model(mapped, id);
  const auto found = std::ranges::find(provider, upstream, &openai::Model::id);
  return entry(std::string(id), upstream, found == provider.end() ? nullptr : &*found, host);
}

Result<Page> parse_page(std::string_view query) {
  Page page;
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const auto equals = std::min(parameter.find('='), parameter.size());
    const auto value = percent_decoded(parameter.substr(std::min(equals + 1, parameter.size())));
    if (auto taken = take(page, parameter.substr(0, equals), value); !taken)
      return std::unexpected(std::move(taken.error()));
  }
  return page;
}

Result<std::string> models_json(const std::vector<ListedModel>& models, const Page& page) {
  const auto shown = range(models, page);
  if (!shown) return std::unexpected(shown.error());
  std::string text;
  json::Writer json(text);
  json.begin_object().key("data").begin_array();
  for (auto i = shown->begin; i < shown->end; ++i) write(json, models[i]);
  json.end_array().key("has_more").boolean(shown->more);
  const auto id = [&](std::string_view name, std::size_t at) {
    json.key(name);
    shown->begin == shown->end ? json.null() : json.string(models[at].id);
  };
  id("first_id", shown->begin);
  id("last_id", shown->end - 1);
  json.end_object();
  return text;
}

std::string model_json(const ListedModel& model) {
  std::string text;
  json::Writer json(text);
  write(json, model);
  return text;
}

}  // namespace ccp::endpoints
