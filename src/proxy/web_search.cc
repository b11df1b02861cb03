#include "proxy/web_search.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "json/writer.h"
#include "proxy/ask.h"

namespace ccp::proxy {

namespace {

using std::chrono::milliseconds;
using Kind = SearchBackend::Kind;

/// For one search, connected or not.
constexpr milliseconds patience{15'000};
constexpr std::size_t most_pages = 10;
constexpr std::size_t longest_extract = 1000;
constexpr std::size_t longest_title = 300;
constexpr std::size_t longest_url = 2048;

void write_list(json::Writer& json, std::string_view key, const std::vector<std::string>& list) {
  if (list.empty()) return;
  json.key(key).begin_array();
  for (const auto& element : list) json.string(element);
  json.end_array();
}

/// `site:` for each domain, as SearXNG's engines and Brave understand it.
std::string with_sites(const translate::SearchQuestion& question) {
  auto query = question.query;
  for (std::size_t i = 0; i < question.allowed_domains.size(); ++i) {
    query += fmt::format("{}site:{}", i == 0 ? " " : " OR ", question.allowed_domains[i]);
  }
  for (const auto& domain : question.blocked_domains) query += " -site:" + domain;
  return query;
}

Result<void> read_page(json::Value value, std::vector<translate::FoundPage>& pages) {
  if (value.type() != json::Type::object) return value.skip();
  translate::FoundPage page;
  const auto take = [](json::Value field, std::string& target, std::size_t longest) -> Result<void> {
    const auto text = field.string();
    if (!text) return std::unexpected(text.error());
    target = beginning(*text, longest);
    return {};
  };
  auto read = value.object([&](std::string_view key, json::Value field) -> Result<void> {
    if (!field.is_string()) return field.skip();
    if (key == "url") return take(field, page.url, longest_url + 1);
    if (key == "title") return take(field, page.title, longest_title);
    if (key == "content" || key == "description") return take(field, page.text, longest_extract);
    return field.skip();
  });
  const bool is_page = page.url.starts_with("http") && page.url.size() <= longest_url;
  if (page.title.empty()) page.title = page.url;
  if (read && is_page) pages.push_back(std::move(page));
  return read;
}

Result<void> read_pages(json::Value value, std::vector<translate::FoundPage>& pages, bool& found) {
  if (value.type() != json::Type::array) return value.skip();
  found = true;
  return value.array([&pages](std::size_t, json::Value element) { return read_page(element, pages); });
}

}  // namespace

Result<std::optional<SearchBackend>> search_backend(const config::Config& config) {
  if (config.search_url.empty()) return std::nullopt;
  auto origin = upstream::parse_origin(config.search_url);
  if (!origin) return internal_error("SEARCH_URL: " + origin.error().message);
  SearchBackend backend{.origin = std::move(*origin)};
  const auto& host = backend.origin.host;
  if (same_ignoring_case(host, "api.search.brave.com")) backend.kind = Kind::brave;
  if (same_ignoring_case(host, "api.tavily.com")) backend.kind = Kind::tavily;
  return backend;
}

upstream::Request search_request(const SearchBackend& backend, const config::Config& config,
                                 const translate::SearchQuestion& question, std::string& body) {
  upstream::Request request;
  request.headers = {{"Accept", "application/json"}, {"User-Agent", "claude-code-proxy/" CCP_VERSION}};
  const std::string key(config.search_api_key.reveal());
  const auto& prefix = backend.origin.prefix;
  const auto query = percent_encoded(with_sites(question));
  if (backend.kind == Kind::tavily) {
    request.target = prefix + "/search";
    request.headers.push_back({"Content-Type", "application/json"});
    json::Writer json(body);
    json.begin_object().field("query", question.query).key("max_results").integer(most_pages);
    write_list(json, "include_domains", question.allowed_domains);
    write_list(json, "exclude_domains", question.blocked_domains);
    json.end_object();
    request.body = body;
  } else {
    request.method = "GET";
    request.target = backend.kind == Kind::brave
                         ? fmt::format("{}/web/search?count={}&q={}", prefix.empty() ? "/res/v1" : prefix,
                                       most_pages, query)
                         : fmt::format("{}/search?format=json&q={}", prefix, query);
  }
  if (key.empty()) return request;
  if (backend.kind == Kind::brave) {
    request.headers.push_back({"X-Subscription-Token", key});
  } else {
    request.headers.push_back({"Authorization", "Bearer " + key});
  }
  return request;
}

Result<std::vector<translate::FoundPage>> parse_pages(json::Reader& reader, std::string& text) {
  std::vector<translate::FoundPage> pages;
  bool found = false;
  const auto parsed = reader.parse(text, [&](json::Value root) {
    return root.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key == "results") return read_pages(value, pages, found);
      if (key != "web" || value.type() != json::Type::object) return value.skip();
      found = true;
      return value.object([&](std::string_view inner, json::Value list) {
        return inner == "results" ? read_pages(list, pages, found) : list.skip();
      });
    });
  });
  if (!parsed || !found) return upstream_error(ErrorKind::bad_gateway, "the answer is no list of results");
  return pages;
}

net::Task<translate::SearchFindings> web_search(Worker& worker, ClientWatch& watch,
                                                translate::SearchQuestion question) {
  const auto& shared = worker.shared;
  translate::SearchFindings findings{.query = question.query};
  std::string body;
  auto request = search_request(*shared.search, shared.config, question, body);
  auto answer = co_await ask_other(worker, shared.search->origin, std::move(request), watch, patience);
  std::string failure;
  if (answer) {
    auto pages = parse_pages(worker.reader, *answer);
    if (pages) {
      std::erase_if(*pages, [&](const auto& page) { return !question.allows(page.url); });
      pages->resize(std::min(pages->size(), most_pages));
      findings.pages = std::move(*pages);
    } else {
      failure = pages.error().message;
    }
  } else {
    failure = answer.error().message;
  }
  if (!failure.empty() && !watch.gone()) {
    shared.log.limited(LogLevel::warning, "web search", "the web search failed (SEARCH_URL): " + failure);
    findings.failure = shared.config.search_api_key.removed_from(std::move(failure));
  }
  co_return findings;
}

}  // namespace ccp::proxy
