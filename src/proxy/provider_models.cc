#include "proxy/provider_models.h"

#include <fmt/format.h>

#include <algorithm>

#include "provider/requests.h"
#include "proxy/ask.h"
#include "proxy/client_watch.h"
#include "proxy/learn.h"

namespace ccp::proxy {

namespace {

/// Claude Code's model picker waits 3 s for its list.
constexpr std::chrono::milliseconds patience{2'000};

net::Task<Result<std::vector<openai::Model>>> fetch(Worker& worker, http::Exchange& exchange) {
  ClientWatch watch(exchange, worker.io);
  auto request = provider::models_request(worker.shared.config, worker.shared.origin);
  auto answer = co_await ask(worker, std::move(request), watch, patience);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return openai::parse_models(worker.reader, *answer);
}

/// Azure lists what could be deployed, under names that are no deployments.
bool has_usable_list(const Shared& shared) { return shared.config.azure_api_version.empty(); }

void learn_windows(Shared& shared, const std::vector<openai::Model>& models,
                   provider::ModelList::Clock::time_point now) {
  for (const auto& model : models) {
    if (model.context_window > 0) shared.windows.learn(model.id, model.context_window, now);
  }
  // llama.cpp serves its one model under any name.
  if (models.size() != 1 || models[0].owned_by != "llamacpp" || models[0].context_window == 0) return;
  for (const auto* name : {&shared.models.big, &shared.models.middle, &shared.models.small}) {
    shared.windows.learn(*name, models[0].context_window, now);
  }
}

/// What servers that name themselves make of a named tool_choice, on whatever port they listen: llama.cpp
/// ignores it, Ollama has none.
void learn_tool_choice(Shared& shared, const std::vector<openai::Model>& models) {
  for (const auto& [owner, value] : {std::pair("llamacpp", "required"), std::pair("library", "none")}) {
    if (models.empty() ||
        !std::ranges::all_of(models, [&](const auto& model) { return model.owned_by == owner; }))
      continue;
    for (const auto* name : {&shared.models.big, &shared.models.middle, &shared.models.small}) {
      if (shared.profiles.of(*name).tool_choice == translate::ToolChoices::function)
        learn_setting(shared, *name, {.name = "tool_choice", .value = value},
                      fmt::format("its list of models is {}'s", owner));
    }
  }
}

}  // namespace

net::Task<std::vector<openai::Model>> provider_models(Worker& worker, http::Exchange& exchange) {
  auto& shared = worker.shared;
  if (!has_usable_list(shared)) co_return std::vector<openai::Model>();
  if (auto fresh = shared.provider_models.fresh(provider::ModelList::Clock::now()))
    co_return std::move(*fresh);
  auto fetched = co_await fetch(worker, exchange);
  const auto now = provider::ModelList::Clock::now();
  if (!fetched) {
    if (fetched.error().kind == ErrorKind::cancelled) co_return std::vector<openai::Model>();
    shared.provider_models.failed(now);
    shared.log.limited(LogLevel::info, "no list of models",
                       "the provider gave no list of models: " + fetched.error().message);
    co_return shared.provider_models.fresh(now).value_or(std::vector<openai::Model>());
  }
  learn_windows(shared, *fetched, now);
  learn_tool_choice(shared, *fetched);
  shared.provider_models.keep(*fetched, now);
  co_return std::move(*fetched);
}

}  // namespace ccp::proxy
