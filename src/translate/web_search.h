#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anthropic/events.h"
#include "anthropic/messages.h"
#include "openai/chat.h"

/// Searches on behalf of a provider that does not search: what is looked for, and what the model is told.
namespace ccp::translate {

/// What a request with a web search tool asks for.
struct SearchQuestion {
  std::string query;  ///< at most 400 bytes
  std::vector<std::string> allowed_domains, blocked_domains;

  /// Whether results from this URL are wanted.
  [[nodiscard]] bool allows(std::string_view url) const;
};

/// A page that was found.
struct FoundPage {
  std::string url, title;
  std::string text;  ///< an extract
};

struct SearchFindings {
  std::string query;
  std::vector<FoundPage> pages;
  std::string failure;  ///< why nothing could be searched; empty when it could

  /// As the client gets them.
  [[nodiscard]] std::vector<anthropic::WebSearchResult> results() const;
};

/// The question of a request whose only tool is web search, as Claude Code's WebSearch sends it: the last
/// user message, without the client's own words around the query. Nullopt for any other request: the model
/// would have to be asked for its query first.
std::optional<SearchQuestion> search_question(const anthropic::MessagesRequest& request);

/// Adds what was found to the conversation, as the user's words.
void append_findings(const SearchFindings& findings, std::vector<openai::Message>& messages);

}  // namespace ccp::translate
