#include "translate/web_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

#include "base/ascii.h"
#include "base/utf8.h"
#include "translate/deferred_tools.h"

namespace ccp::translate {

namespace {

constexpr std::size_t longest_query = 400;
constexpr std::string_view claude_code_words = "Perform a web search for the query: ";

std::vector<std::string> strings(std::string_view list) {
  std::vector<std::string> found;
  const auto json = nlohmann::json::parse(list, nullptr, false);
  if (!json.is_array()) return found;
  for (const auto& element : json) {
    if (element.is_string()) found.push_back(element.get<std::string>());
  }
  return found;
}

std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/:?#"));
}

/// `domain` itself or one below it; a path behind it counts too.
bool within(std::string_view url, std::string_view domain) {
  const auto host = host_of(url);
  const auto name = host_of(domain);
  if (!host.ends_with(name)) return false;
  if (host.size() > name.size() && host[host.size() - name.size() - 1] != '.') return false;
  const auto path = domain.substr(std::min(domain.size(), domain.find('/')));
  return url.substr(url.find(host) + host.size()).starts_with(path);
}

/// The text of the last user message.
std::string last_words(const anthropic::MessagesRequest& request) {
  const auto last = std::ranges::find(request.messages.rbegin(), request.messages.rend(),
                                      anthropic::Role::user, &anthropic::Message::role);
  if (last == request.messages.rend()) return {};
  std::string text;
  for (const auto& block : last->content) {
    if (const auto* words = std::get_if<anthropic::TextBlock>(&block.value)) {
      text.append(text.empty() ? "" : " ").append(words->text);
    }
  }
  return text;
}

std::string in_words(const SearchFindings& findings) {
  if (!findings.failure.empty()) {
    return fmt::format("The web search for \"{}\" failed: {}. Say so, and do not invent results.",
                       findings.query, findings.failure);
  }
  if (findings.pages.empty()) return fmt::format("The web search for \"{}\" found nothing.", findings.query);
  auto text = fmt::format("Results of a web search for \"{}\":", findings.query);
  for (std::size_t i = 0; i < findings.pages.size(); ++i) {
    const auto& page = findings.pages[i];
    text += fmt::format("\n\n{}. {}\n{}\n{}", i + 1, page.title, page.url, page.text);
  }
  return text + "\n\nAnswer from these results, and name the pages that you use.";
}

}  // namespace

bool SearchQuestion::allows(std::string_view url) const {
  const auto is_within = [&](const std::string& domain) { return within(url, domain); };
  if (!allowed_domains.empty() && std::ranges::none_of(allowed_domains, is_within)) return false;
  return std::ranges::none_of(blocked_domains, is_within);
}

std::vector<anthropic::WebSearchResult> SearchFindings::results() const {
  std::vector<anthropic::WebSearchResult> list;
  list.reserve(pages.size());
  for (const auto& page : pages) list.push_back({page.url, page.title});
  return list;
}

std::optional<SearchQuestion> search_question(const anthropic::MessagesRequest& request) {
  const auto tools = visible_tools(request);
  const auto searches = [](const anthropic::Tool* tool) { return tool->type.starts_with("web_search_"); };
  if (tools.empty() || !std::ranges::all_of(tools, searches)) return std::nullopt;
  const auto words = last_words(request);
  std::string_view query = words;
  if (query.starts_with(claude_code_words)) query.remove_prefix(claude_code_words.size());
  query = beginning(query, longest_query);
  if (is_blank(query)) return std::nullopt;
  return SearchQuestion{std::string(query), strings(tools.front()->allowed_domains_json),
                        strings(tools.front()->blocked_domains_json)};
}

void append_findings(const SearchFindings& findings, std::vector<openai::Message>& messages) {
  const auto words = in_words(findings);
  auto* last = messages.empty() ? nullptr : std::get_if<openai::UserMessage>(&messages.back());
  auto* text = last == nullptr ? nullptr : std::get_if<openai::TextPart>(&last->content.back());
  if (text != nullptr) {
    text->text.append("\n\n" + words);
  } else {
    messages.emplace_back(openai::UserMessage{{openai::TextPart{words}}});
  }
}

}  // namespace ccp::translate
