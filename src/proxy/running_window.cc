#include "proxy/running_window.h"

#include <fmt/format.h>

#include <algorithm>

#include "openai/local_server.h"
#include "provider/requests.h"
#include "proxy/ask.h"
#include "proxy/client_watch.h"
#include "proxy/provider_models.h"

namespace ccp::proxy {

namespace {

/// Both questions are for what the server has in memory.
constexpr std::chrono::milliseconds patience{2'000};

net::Task<std::int64_t> ollamas_window(Worker& worker, http::Exchange& exchange, const std::string& model) {
  const auto models = co_await provider_models(worker, exchange);
  if (!runs_ollama(worker.shared.origin, models)) co_return 0;
  ClientWatch watch(exchange, worker.io);
  auto request = provider::server_request(worker.shared.config, worker.shared.origin, "/api/ps", "");
  request.method = "GET";
  auto answer = co_await ask(worker, std::move(request), watch, patience);
  if (!answer) co_return 0;
  co_return openai::parse_running_window(worker.reader, *answer, model).value_or(0);
}

}  // namespace

bool runs_ollama(const upstream::Origin& origin, const std::vector<openai::Model>& models) {
  constexpr std::uint16_t ollamas_port = 11434;
  return origin.port == ollamas_port ||
         std::ranges::any_of(models, [](const auto& model) { return model.owned_by == "library"; });
}

net::Task<void> note_cut_prompt(Worker& worker, http::Exchange& exchange, const Prepared& prepared,
                                std::int64_t cut_to, const Record& record) {
  auto& shared = worker.shared;
  const auto window = co_await ollamas_window(worker, exchange, prepared.upstream_model);
  if (window > 0) shared.windows.learn(prepared.upstream_model, window, std::chrono::steady_clock::now());
  const std::string cure =
      window > 0 ? fmt::format("its window is {} tokens; start it with OLLAMA_CONTEXT_LENGTH=64000", window)
                 : "raise its context window, and set CONTEXT_WINDOW to it";
  shared.log.limited(
      LogLevel::warning, "cut prompt",
      fmt::format("{} {} read only {} of about {} tokens of the prompt and did not say so: {}",
                  record.request_id, prepared.upstream_model, cut_to, prepared.input_tokens(), cure));
}

}  // namespace ccp::proxy
