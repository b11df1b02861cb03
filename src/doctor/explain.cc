#include <fmt/format.h>

#include <cstdio>

#include "doctor/doctor.h"
#include "doctor/provider.h"
#include "process/assemble.h"
#include "provider/windows.h"
#include "proxy/shared.h"
#include "route/models.h"

namespace ccp::doctor {

namespace {

std::string settings_text(const std::vector<translate::ProfileSetting>& settings) {
  std::string text;
  for (const auto& [name, value] : settings) text += fmt::format(" {}={}", name, value);
  return text;
}

void print_rules(const proxy::Shared& shared, std::string_view model) {
  const auto rules = shared.profiles.applying(model);
  fmt::print("\nrules that apply{}\n", rules.empty() ? ": none, it is treated as any unknown provider" : ":");
  for (const auto& rule : rules) {
    fmt::print("  {} {}{}\n      {}\n", rule.host, rule.model, settings_text(rule.settings), rule.note);
  }
}

/// What the rules come to, next to what an unknown provider gets.
void print_profile(const translate::Profile& profile) {
  fmt::print("\nwhat that comes to (* differs from an unknown provider):\n");
  for (const auto& field : translate::profile_fields()) {
    const auto value = translate::value_of(profile, field);
    const bool differs = value != translate::value_of({}, field);
    fmt::print("{} {:<20} {:<32} {}\n", differs ? '*' : ' ', field.name, value, field.meaning);
  }
}

std::string who_searches(const proxy::Shared& shared, const translate::Profile& profile) {
  if (profile.web_search != translate::WebSearchBy::none) return "the provider";
  if (shared.search) return shared.search->origin.host + " (SEARCH_URL)";
  return "nobody, and the model is told so (SEARCH_URL changes that)";
}

/// The model behind the check that Claude Code's auto mode makes.
std::string who_checks(const proxy::Shared& shared) {
  const auto& set = shared.config.auto_mode_model;
  const auto by_client = set.empty() ? fmt::format("{} (AUTO_MODE_MODEL names another)",
                                                   route::upstream_model(shared.models, "claude-sonnet-5"))
                                     : set + " (AUTO_MODE_MODEL)";
  const auto& judge = shared.config.safety_model;
  return judge.empty() ? by_client
                       : fmt::format("{} (SAFETY_MODEL); where it gives no verdict, {}", judge, by_client);
}

std::string how_pdfs_go(const proxy::Shared& shared, const translate::Profile& profile) {
  if (profile.files) return "as files";
  if (shared.pdf_to_text) return fmt::format("as their text, extracted by {}", shared.pdf_to_text->path);
  return "as a placeholder, because there is no pdftotext (Debian: poppler-utils)";
}

/// Of a server on this machine or in this network, that it is asked costs nothing: nobody else is.
bool may_be_asked(const proxy::Shared& shared) { return !shared.origin.tls; }

WindowFacts facts(proxy::Shared& shared, const std::string& model) {
  WindowFacts known{.set = shared.config.context_window,
                    .published = provider::published_window(shared.origin.host, model).value_or(0)};
  auto session =
      may_be_asked(shared) ? Session::create(shared.upstream_options) : internal_error("not to be asked");
  if (!session) return known;
  Provider provider{.shared = shared, .session = **session, .reader = {}};
  const auto list = list_models(provider, shared.origin);
  return list.status == 0 ? known : window_facts(provider, list, model);
}

void print_limits(proxy::Shared& shared, const std::string& model) {
  const auto window = facts(shared, model);
  fmt::print("\ncontext window: {}\n", window.window() > 0
                                           ? fmt::format("{} tokens ({})", window.window(), window.source())
                                           : "not known (CONTEXT_WINDOW sets it)");
  if (window.trained > 0) fmt::print("trained for: {} tokens at most\n", window.trained);
  fmt::print("max_tokens: {} to {} (MIN_TOKENS_LIMIT, MAX_TOKENS_LIMIT)\n", shared.config.min_tokens_limit,
             shared.config.max_tokens_limit);
}

}  // namespace

int explain(config::Config config, std::string_view model) {
  Log log(LogLevel::critical);
  auto ends = process::endpoints(config);
  if (!ends) {
    fmt::print(stderr, "claude-code-proxy: {}\n", ends.error().message);
    return 2;
  }
  proxy::Shared shared = process::share(std::move(config), log, std::move(*ends));
  const auto upstream = route::upstream_model(shared.models, model);
  fmt::print("{} -> {} at {}\n", model, upstream, shared.origin.authority());
  print_rules(shared, upstream);
  const auto profile = shared.profiles.of(upstream);
  print_profile(profile);
  print_limits(shared, std::string(upstream));
  fmt::print("who checks actions in auto mode: {}\n", who_checks(shared));
  fmt::print("who searches the web: {}\n", who_searches(shared, profile));
  fmt::print("how PDFs go: {}\n", how_pdfs_go(shared, profile));
  return 0;
}

}  // namespace ccp::doctor
