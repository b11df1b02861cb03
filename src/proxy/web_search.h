#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/reader.h"
#include "net/asio.h"
#include "proxy/client_watch.h"
#include "proxy/worker.h"
#include "translate/web_search.h"

namespace ccp::proxy {

/// The request for a search, without its body's lifetime: `body` takes that.
upstream::Request search_request(const SearchBackend& backend, const config::Config& config,
                                 const translate::SearchQuestion& question, std::string& body);

/// The pages in a backend's answer, in its order: `results` or `web.results`, each with `url`, `title` and
/// `content` or `description`. At most ten, extracts of at most 1000 bytes.
Result<std::vector<translate::FoundPage>> parse_pages(json::Reader& reader, std::string& text);

/// Searches, within fifteen seconds of being connected. Never fails: what went wrong is part of the findings,
/// and logged.
net::Task<translate::SearchFindings> web_search(Worker& worker, ClientWatch& watch,
                                                translate::SearchQuestion question);

}  // namespace ccp::proxy
